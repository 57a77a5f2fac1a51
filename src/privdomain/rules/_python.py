"""Rules written in Python: ``field("city") == "上海"``, joined by ``&``, ``|`` and ``~``."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any, NoReturn

from privdomain.errors import RuleError
from privdomain.rules._ast import Op, Test, constant
from privdomain.rules._rule import Rule

__all__ = ["Field", "field"]


class Field:
    """A field's name, waiting for the comparison that makes a rule of it.

    A method beginning with ``not_`` and ``!=`` are false for a missing value; ``~`` around the positive one is true.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        Test(name, Op.IS_MISSING)  # refuses what is no name
        self._name = name

    def _rule(self, op: Op, *values: object) -> Rule:
        for value in values:
            if isinstance(value, Field):
                raise RuleError(
                    f"{self._name} {op} {value!r}: a field is compared with a value; "
                    "for two fields make a column of their difference first"
                )
        return Rule(Test(self._name, op, tuple(constant(value) for value in values)))

    def __eq__(self, value: object) -> Rule:  # type: ignore[override]  # a comparison is a rule, that is the point
        return self._rule(Op.EQ, value)

    def __ne__(self, value: object) -> Rule:  # type: ignore[override]  # as above
        return self._rule(Op.NE, value)

    def __lt__(self, value: object) -> Rule:
        return self._rule(Op.LT, value)

    def __le__(self, value: object) -> Rule:
        return self._rule(Op.LE, value)

    def __gt__(self, value: object) -> Rule:
        return self._rule(Op.GT, value)

    def __ge__(self, value: object) -> Rule:
        return self._rule(Op.GE, value)

    __hash__ = None  # type: ignore[assignment]  # equality does not answer, so no dict can ask

    def is_in(self, values: Iterable[object]) -> Rule:
        """One of the values."""
        return self._rule(Op.IN, *_listed(values))

    def not_in(self, values: Iterable[object]) -> Rule:
        """There, and none of the values."""
        return self._rule(Op.NOT_IN, *_listed(values))

    def between(self, low: object, high: object) -> Rule:
        """From ``low`` to ``high``, both included."""
        return self._rule(Op.BETWEEN, low, high)

    def not_between(self, low: object, high: object) -> Rule:
        """There, and below ``low`` or above ``high``."""
        return self._rule(Op.NOT_BETWEEN, low, high)

    def contains(self, text: str) -> Rule:
        """Holds the text somewhere; case counts, and ``%`` and ``_`` stand for themselves."""
        return self._rule(Op.CONTAINS, text)

    def not_contains(self, text: str) -> Rule:
        """There, and does not hold the text."""
        return self._rule(Op.NOT_CONTAINS, text)

    def starts_with(self, text: str) -> Rule:
        """Begins with the text."""
        return self._rule(Op.STARTS_WITH, text)

    def not_starts_with(self, text: str) -> Rule:
        """There, and begins otherwise."""
        return self._rule(Op.NOT_STARTS_WITH, text)

    def ends_with(self, text: str) -> Rule:
        """Ends with the text."""
        return self._rule(Op.ENDS_WITH, text)

    def not_ends_with(self, text: str) -> Rule:
        """There, and ends otherwise."""
        return self._rule(Op.NOT_ENDS_WITH, text)

    def is_missing(self) -> Rule:
        """Nothing there: None, NaN, null, or no such key."""
        return self._rule(Op.IS_MISSING)

    def is_not_missing(self) -> Rule:
        """Something there."""
        return self._rule(Op.IS_NOT_MISSING)

    def _joined(self, _: object) -> NoReturn:
        raise RuleError(
            f"{self._name} is a field, not a rule: & and | bind tighter than ==, "
            'so put each comparison in parentheses: (field("a") == 1) & (field("b") == 2)'
        )

    __and__ = __rand__ = __or__ = __ror__ = _joined

    def __invert__(self) -> NoReturn:
        self._joined(None)

    def __bool__(self) -> NoReturn:
        raise RuleError(
            f'{self._name} is a field and has no truth value; a true-or-false field is asked by field("x") == True'
        )

    def __repr__(self) -> str:
        return f"field({self._name!r})"


def _listed(values: Iterable[object]) -> list[object]:
    if isinstance(values, str | bytes):
        raise RuleError(f"is_in takes a list of values; for one value write == {values!r}")
    if isinstance(values, set | frozenset):
        # sets have no order of their own, and the same rule must be the same text tomorrow
        return sorted(values, key=lambda value: (type(value).__name__, _sortable(value)))
    return list(values)


def _sortable(value: Any) -> Any:
    return value if isinstance(value, str | Real) else str(value)


def field(name: str) -> Field:
    """A field to compare: the start of a rule written in Python.

    ```python
    from privdomain.rules import field

    sleepy = (field("days_since_last_order") > 90) & ~(field("city") == "上海")
    assert str(sleepy) == 'days_since_last_order > 90 and not city == "上海"'
    assert sleepy.matches({"days_since_last_order": 120})
    ```

    Raises:
        RuleError: for an empty name.
    """
    return Field(name)
