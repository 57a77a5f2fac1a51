"""What every noun has in common: frozen, strict about names, aware times, ids as text, nothing personal shown.

Records of this package are what two parts of the house exchange, so they are pydantic: each can be written as
JSON, has a JSON Schema, and rejects a misspelt field. Amounts are `Money`; instants are aware and kept in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

__all__ = ["CurrencyCode", "Id", "Instant", "Model", "Personal", "Raw", "Space"]


def _no_numbers(value: object) -> object:
    # 1234567890123456789 as a JSON number has already been rounded by many parsers on its way here
    if isinstance(value, int | float):
        raise ValueError("ids are text; an id that travelled as a number may have lost its last digits")  # noqa: TRY004
    return value


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _iso(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


Id: TypeAlias = Annotated[str, BeforeValidator(_no_numbers), StringConstraints(min_length=1, max_length=128)]
"""An identifier: text, case-sensitive, never a number, at most 128 characters."""

Space: TypeAlias = Annotated[str, StringConstraints(max_length=64)]
"""The tenant a record belongs to; empty for a database with one brand."""

Instant: TypeAlias = Annotated[
    AwareDatetime, AfterValidator(_utc), PlainSerializer(_iso, return_type=str, when_used="json")
]
"""An aware moment, kept in UTC. A naive datetime is refused."""

CurrencyCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""

Personal: TypeAlias = Annotated[str, Field(repr=False)]
"""Text about a person (name, phone, address): never shown by ``repr``."""

Raw: TypeAlias = Annotated[Mapping[str, Any], Field(repr=False)]
"""The platform's own payload, for what the model does not have; never shown by ``repr``."""


class Model(BaseModel):
    """A frozen record. Unknown fields are refused, so that a misspelt one is an error and not a loss."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=False,
        hide_input_in_errors=True,
        ser_json_timedelta="float",
        use_attribute_docstrings=True,
    )
