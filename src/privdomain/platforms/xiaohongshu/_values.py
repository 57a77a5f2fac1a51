"""How 小红书 writes times and amounts, read exactly.

Three units of time live in one API: requests of order listings are in seconds, answers in milliseconds, the trace in
text. Orders are in 分, after-sales and finance in 元 with a point: those are read as decimals and never calculated with
as floats. Source: xiaohongshu-and-cps.md A1-A4.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeAlias

from annotated_types import Ge
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

__all__ = [
    "EitherTime",
    "Millis",
    "SignedYuan",
    "YuanAmount",
    "from_millis",
    "moment",
    "to_millis",
    "yuan_of",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FIRST_MILLIS = 100_000_000_000  # 1973 in milliseconds, the year 5138 in seconds
_LAST_MILLIS = 10_000_000_000_000  # 2286
_MOST_MINOR = 2**63
# beyond 15 digits a float no longer remembers which two decimals were written
_FLOAT_MOST = 10**13


def from_millis(millis: int) -> datetime:
    """The moment of a number of milliseconds since 1970; exact."""
    return _EPOCH + millis * _MILLISECOND


def to_millis(at: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (at - _EPOCH) // _MILLISECOND


def moment(millis: int) -> datetime | None:
    """As `from_millis`, None for none."""
    return from_millis(millis) if millis else None


def _no_flag(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is true or false; expected a whole number")  # noqa: TRY004  (pydantic collects ValueErrors)
    return value


def _in_millis(value: int) -> int:
    if value <= 0:  # -1 stands for none, too
        return 0
    if value < _FIRST_MILLIS:
        raise ValueError("is no time in milliseconds; it looks like seconds")
    return _in_time(value)


def _by_magnitude(value: int) -> int:
    if value <= 0:
        return 0
    return _in_time(value * 1000 if value < _FIRST_MILLIS else value)


def _in_time(value: int) -> int:
    if value >= _LAST_MILLIS:
        raise ValueError("is a time after the year 2286")
    return value


Millis: TypeAlias = Annotated[int, BeforeValidator(_no_flag), AfterValidator(_in_millis)]
"""Milliseconds since 1970; 0 for none. Seconds would be a date in 1970 and are refused."""
EitherTime: TypeAlias = Annotated[int, BeforeValidator(_no_flag), AfterValidator(_by_magnitude)]
"""Milliseconds since 1970, read from seconds or milliseconds by size, for answers whose unit no document states."""


def yuan_of(value: object) -> int:
    """An amount in 元 as whole 分.

    Takes whole numbers and text, and a float only where it is certainly what was written: two decimals at most, and
    small enough that no digit has been lost.

    ```python
    from privdomain.platforms.xiaohongshu._values import yuan_of

    assert yuan_of("12.10") == yuan_of(12.1) == 1210
    assert yuan_of(12) == 1200
    ```

    Raises:
        ValueError: for anything else; a third decimal is never rounded.
    """
    if value in (None, "", [], {}):
        raise PydanticCustomError("yuan_type", "is missing; expected an amount in yuan")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("is no amount; expected yuan such as 12.10")  # noqa: TRY004  (pydantic collects ValueErrors)
    if isinstance(value, float) and not abs(value) < _FLOAT_MOST:
        raise ValueError("is too large for a number with a point; its last digits may be lost")
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if len(text) > 40:
        raise ValueError("is no amount; expected yuan such as 12.10")
    try:
        minor = Decimal(text).scaleb(2)
    except InvalidOperation:
        minor = Decimal("NaN")
    if not minor.is_finite() or abs(minor) >= _MOST_MINOR:
        raise ValueError("is no amount; expected yuan such as 12.10")
    if minor != minor.to_integral_value():
        raise ValueError("has more than two decimals; expected yuan such as 12.10")
    return int(minor)


_yuan: Callable[[object], object] = yuan_of

YuanAmount: TypeAlias = Annotated[int, Ge(0), BeforeValidator(_yuan)]
"""An amount that is written in 元, as whole 分, zero or more."""
SignedYuan: TypeAlias = Annotated[int, BeforeValidator(_yuan)]
"""As `YuanAmount`, of either sign."""
