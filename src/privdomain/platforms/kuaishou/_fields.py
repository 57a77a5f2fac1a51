"""What requests and answers of 快手小店 have in common: camelCase names, long ids, times in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Generic, Self, TypeAlias, TypeVar

from annotated_types import Ge, Lt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from privdomain.platforms._operation import Method, Operation, Repeat
from privdomain.platforms._payload import Payload, Whole

__all__ = [
    "DOCS",
    "KuaishouOperation",
    "KuaishouPart",
    "KuaishouPayload",
    "KuaishouQuery",
    "LongId",
    "MilliTime",
]

R = TypeVar("R", bound=BaseModel)

DOCS = "https://open.kwaixiaodian.com/zone/new/docs/api?name={}&version=1 (read 2026-11-24)"
"""Where the platform documents an API, by its name."""

_EARLIEST_MS = 100_000_000_000  # 1973; what is smaller was written in seconds


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def moment(at: int) -> datetime:
    """The moment of milliseconds since 1970, exactly."""
    return _EPOCH + timedelta(milliseconds=at)


def _digits(value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise ValueError("is no id of 快手; expected up to 19 digits, as text")
    return value


def _milliseconds(value: int) -> int:
    if 0 < value < _EARLIEST_MS:
        raise ValueError("is a time before 1973; expected milliseconds since 1970, and this may be seconds")
    return value


LongId: TypeAlias = Annotated[str, AfterValidator(_digits), PlainSerializer(int, when_used="json")]
"""An id: text here, and the whole number that the platform wants on the wire."""
MilliTime: TypeAlias = Annotated[Whole, Ge(0), Lt(10_000_000_000_000), AfterValidator(_milliseconds)]
"""Milliseconds since 1970, 0 for none; seconds are refused."""

_REQUEST = ConfigDict(
    frozen=True,
    extra="forbid",
    strict=True,
    defer_build=True,
    hide_input_in_errors=True,
    alias_generator=to_camel,
    validate_by_name=True,
    validate_by_alias=False,
    loc_by_alias=False,
)


class KuaishouPart(BaseModel):
    """A part of a request that has fields of its own."""

    model_config = _REQUEST


class KuaishouOperation(Operation[R], Generic[R]):
    """A write of 快手小店: POST, not repeated, its fields as JSON in ``param``. Its name is its path with dots."""

    model_config = _REQUEST

    method: ClassVar[Method] = "POST"


class KuaishouQuery(KuaishouOperation[R], Generic[R]):
    """What only reads, by GET."""

    method: ClassVar[Method] = "GET"
    repeat: ClassVar[Repeat] = Repeat.ALWAYS


class KuaishouPagedQuery(KuaishouQuery[R], Generic[R]):
    """A listing that wants a cursor and a page number: the next cursor is asked for with the next page."""

    current_page: int = Field(default=1, ge=1)
    pcursor: str = ""

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; one with another cursor is of the next page."""
        changes = dict(update or {})
        if "pcursor" in changes:
            changes.setdefault("current_page", self.current_page + 1)
        return super().model_copy(update=changes, deep=deep)


class KuaishouPayload(Payload):
    """A part of an answer."""

    model_config = ConfigDict(alias_generator=to_camel)
