"""What every noun has in common: frozen, strict about names, aware times, ids as text, nothing personal shown.

Records of this package are what two parts of the house exchange, so they are pydantic: each can be written as
JSON, has a JSON Schema, and rejects a misspelt field. Amounts are `Money`; instants are aware and kept in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import RLock
from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from privdomain.models._docs import field_docs
from privdomain.money import Money

__all__ = [
    "Amount",
    "BasisPoints",
    "CurrencyCode",
    "Id",
    "Instant",
    "Model",
    "Payload",
    "Personal",
    "Raw",
    "Space",
    "instant_micros",
    "not_before",
    "one_currency",
]

_MAKING: Final = RLock()
"""Held while a validator is made; making one makes those of the models inside it."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def _no_numbers(value: object) -> object:
    # 1234567890123456789 as a JSON number has already been rounded by many parsers on its way here
    if isinstance(value, int | float):
        raise ValueError("ids are text; an id that travelled as a number may have lost its last digits")  # noqa: TRY004
    return value


def _no_epochs(value: object) -> object:
    # pydantic would guess between seconds and milliseconds by size; whoever reads the platform's payload knows
    if isinstance(value, int | float) or (isinstance(value, str) and value.strip().isdigit()):
        raise ValueError(
            "a bare number is no moment (seconds? milliseconds?); make it an aware datetime first"
        )
    return value


def _utc(value: datetime) -> datetime:
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _iso(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _not_negative(value: Money) -> Money:
    if value.minor < 0:
        raise ValueError(f"{value} is negative; this amount is zero or more")
    return value


class _ZeroOrMore:
    """`Money` that is not negative, in the validator and in the JSON Schema alike."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_not_negative, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:  # a JSON Schema is any JSON object
        json_schema = handler(schema)
        json_schema["properties"]["minor"]["minimum"] = 0
        return json_schema


Amount: TypeAlias = Annotated[Money, _ZeroOrMore()]
"""Money that cannot be negative: a price, a payment, a reduction."""

BasisPoints: TypeAlias = Annotated[
    Decimal,
    Field(ge=0, le=1_000_000, max_digits=12, decimal_places=4, allow_inf_nan=False),
    # said here, because every release of pydantic describes a decimal in its own way
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1_000_000},
                {"type": "string", "pattern": r"^\d+(\.\d{1,4})?$"},
            ]
        }
    ),
]
"""A rate: 1 % is 100. Exact, because platforms state rates down to the millionth."""

Id: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$"),
    BeforeValidator(_no_numbers),
]
"""An identifier: text, case-sensitive, never a number, at most 128 characters and none of them a control one."""

Space: TypeAlias = Annotated[str, StringConstraints(max_length=64)]
"""The tenant a record belongs to; empty for a database with one brand."""

Instant: TypeAlias = Annotated[
    AwareDatetime,
    BeforeValidator(_no_epochs),
    AfterValidator(_utc),
    PlainSerializer(_iso, return_type=str, when_used="json"),
]
"""An aware moment, kept in UTC. A naive datetime and a bare number are refused."""

CurrencyCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""

Personal: TypeAlias = Annotated[str, Field(repr=False)]
"""Text about a person (name, phone, address): never shown by ``repr``."""

Raw: TypeAlias = Annotated[Mapping[str, Any], Field(repr=False)]
"""The platform's own payload, for what the model does not have; never shown by ``repr``."""

Payload: TypeAlias = Annotated[Mapping[str, JsonValue], Field(repr=False)]
"""Named JSON values of the host's own choosing; never shown by ``repr``, for nobody knows what is in them."""


class Model(BaseModel):
    """A frozen record. Unknown fields are refused, so that a misspelt one is an error and not a loss."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=False,
        hide_input_in_errors=True,
        ser_json_timedelta="float",
        # fifty validators nobody asked for yet would be most of the time that importing the package takes
        defer_build=True,
    )

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,  # a namespace holds anything
    ) -> bool | None:
        """Make the validator, in one thread at a time.

        pydantic before 2.14 changes the class while it makes it, and another thread that uses the class for the
        first time at that moment sees it half made.
        """
        with _MAKING:
            return super().model_rebuild(
                force=force,
                raise_errors=raise_errors,
                _parent_namespace_depth=_parent_namespace_depth + 1,
                _types_namespace=_types_namespace,
            )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:  # a JSON Schema is any JSON object
        """The schema, with each field's docstring as its description."""
        json_schema = handler(schema)
        properties = handler.resolve_ref_schema(json_schema).get("properties", {})
        for name, doc in field_docs(cls).items():
            if name in properties:
                properties[name]["description"] = doc
        return json_schema


def instant_micros(at: datetime) -> int:
    """Microseconds since 1970 (UTC) as an exact integer; ``timestamp()`` would go through a float."""
    return (at - _EPOCH) // _MICROSECOND


def one_currency(currency: str, amounts: Iterable[tuple[str, Money | None]]) -> None:
    """Refuse a record that mixes currencies; every amount is named by its place."""
    for place, amount in amounts:
        if amount is not None and amount.currency != currency:
            raise ValueError(
                f"{place} is in {amount.currency}, the record in {currency}; one record has one currency"
            )


def not_before(start: datetime | None, end: datetime | None, *, names: tuple[str, str]) -> None:
    """Refuse an end that lies before its start."""
    if start is not None and end is not None and end < start:
        raise ValueError(f"{names[1]} ({_iso(end)}) lies before {names[0]} ({_iso(start)})")
