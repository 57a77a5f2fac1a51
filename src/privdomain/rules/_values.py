"""What a row's value is to a rule: a comparable value, missing, or of the wrong kind.

Missing is None, NaN, NaT and pandas' NA, and a key that is not there. Everything else must have the kind the rule
compares the field with: a string is no number here as it is none in a frame, and ``True`` is not ``1``.
No message carries a value: a row is a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from numbers import Integral, Rational, Real
from typing import Any, Final

from privdomain.errors import RuleError, RuleTypeError
from privdomain.rules._ast import Op, Test
from privdomain.rules._check import ANY, wanted

__all__ = ["HOLDS", "READERS", "check_row", "holds"]


def check_row(row: object) -> None:
    """Refuse what is no mapping.

    Raises:
        RuleError: for anything but a mapping from field names to values.
    """
    if not isinstance(row, Mapping):
        raise RuleError(f"a row is a mapping from field names to values, not {type(row).__name__}")


def _wrong(name: str, value: object, family: str) -> RuleTypeError:
    return RuleTypeError(
        f"field {name!r} is {_found(value)} in this row; the rule compares it with {wanted(family)}"
    )


def _found(value: object) -> str:
    if isinstance(value, datetime):
        return "a time without a zone" if value.utcoffset() is None else "instant"
    for kind, word in ((bool, "bool"), (int, "int"), (float, "float"), (str, "string"), (date, "date")):
        if isinstance(value, kind):
            return word
    return type(value).__name__


def _is_missing(value: Any) -> bool:
    # NaN and NaT differ from themselves, which is asked only of numbers and dates, since arrays answer oddly;
    # pandas' NA is known by name, so that rows need no pandas
    if isinstance(value, Real | date):
        return bool(value != value)  # noqa: PLR0124
    return value is None or type(value).__name__ == "NAType"


def _number(name: str, value: Any) -> int | float | None:
    if _is_missing(value):
        return None
    # numpy's scalars are registered as Integral and Real; a Fraction or Decimal is exact on no frame
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, Real) and not isinstance(value, Rational):
        return float(value)
    raise _wrong(name, value, "number")


def _string(name: str, value: Any) -> str | None:
    if isinstance(value, str):
        return str.__str__(value)
    if _is_missing(value):
        return None
    raise _wrong(name, value, "string")


def _bool(name: str, value: Any) -> bool | None:
    if _is_missing(value):
        return None
    if isinstance(value, bool) or type(value).__name__ in {"bool_", "bool"}:  # numpy's own, by name
        return bool(value)
    raise _wrong(name, value, "bool")


def _date(name: str, value: Any) -> date | None:
    if _is_missing(value):
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _wrong(name, value, "date")


def _instant(name: str, value: Any) -> datetime | None:
    if _is_missing(value):
        return None
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise _wrong(name, value, "instant")
    # UTC first: two datetimes of one zone compare by the clock on the wall, which an hour shows twice in autumn
    moment = value.astimezone(UTC)
    return datetime.combine(moment.date(), moment.timetz())


def _any(_: str, value: Any) -> Any:
    return None if _is_missing(value) else value


READERS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "number": _number,
    "string": _string,
    "bool": _bool,
    "date": _date,
    "instant": _instant,
    ANY: _any,
}
"""Per family: ``reader(field, value)`` is the comparable value, None when it is missing."""


HOLDS: Final[Mapping[Op, Callable[[Any, tuple[Any, ...]], bool]]] = {
    Op.EQ: lambda seen, given: seen == given[0],
    Op.NE: lambda seen, given: seen != given[0],
    Op.LT: lambda seen, given: seen < given[0],
    Op.LE: lambda seen, given: seen <= given[0],
    Op.GT: lambda seen, given: seen > given[0],
    Op.GE: lambda seen, given: seen >= given[0],
    Op.IN: lambda seen, given: seen in given,
    Op.NOT_IN: lambda seen, given: seen not in given,
    Op.BETWEEN: lambda seen, given: given[0] <= seen <= given[1],
    Op.NOT_BETWEEN: lambda seen, given: not given[0] <= seen <= given[1],
    Op.CONTAINS: lambda seen, given: given[0] in seen,
    Op.NOT_CONTAINS: lambda seen, given: given[0] not in seen,
    Op.STARTS_WITH: lambda seen, given: seen.startswith(given[0]),
    Op.NOT_STARTS_WITH: lambda seen, given: not seen.startswith(given[0]),
    Op.ENDS_WITH: lambda seen, given: seen.endswith(given[0]),
    Op.NOT_ENDS_WITH: lambda seen, given: not seen.endswith(given[0]),
}
"""The meaning of every operation on a value that is there. `explain` reads it; the compiled forms equal it by test."""


def holds(test: Test, seen: Any) -> bool:
    """Whether a test holds for a value that a reader returned."""
    if test.op is Op.IS_MISSING:
        return seen is None
    if seen is None:
        return False
    if test.op is Op.IS_NOT_MISSING:
        return True
    return HOLDS[test.op](seen, tuple(one.value for one in test.constants))
