"""What the operations of 抖店 have in common, and the kinds of values they take."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Generic, TypeAlias, TypeVar

from annotated_types import Ge
from pydantic import AfterValidator, BaseModel, ConfigDict

from privdomain.platforms._operation import Operation

__all__ = ["DouyinOperation", "Part", "Seconds", "method_of"]

R = TypeVar("R", bound=BaseModel)

_MILLISECONDS = 10_000_000_000


def _in_seconds(value: int) -> int:
    if value >= _MILLISECONDS:
        raise ValueError(
            "looks like milliseconds; the platform counts in seconds, and would find nothing without saying why"
        )
    return value


Seconds: TypeAlias = Annotated[int, Ge(0), AfterValidator(_in_seconds)]
"""A moment in seconds since 1970; milliseconds are refused, because the platform would silently match nothing."""


class Part(BaseModel):
    """A part of a request that has fields of its own."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, defer_build=True, hide_input_in_errors=True
    )


class DouyinOperation(Operation[R], Generic[R]):
    """One endpoint of 抖店; ``path`` is its method with ``/`` for ``.``.

    ``inner_success`` are the values of ``data.code`` that mean success, for the few endpoints that nest a second
    code. ``partial`` are sub codes with which an answer still has results, each with its own error.
    ``done_by`` are sub codes that mean that what was asked for is done already.
    """

    inner_success: ClassVar[frozenset[str]] = frozenset()
    partial: ClassVar[frozenset[str]] = frozenset()
    done_by: ClassVar[frozenset[str]] = frozenset()


def method_of(operation: Operation[Any]) -> str:
    """``/order/searchList`` → ``order.searchList``."""
    return operation.path.strip("/").replace("/", ".")
