"""Many rules at once: one function for a row, one plan for a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from privdomain.errors import RuleError
from privdomain.rules._check import check_kinds, families_of
from privdomain.rules._row import Row, compile_names
from privdomain.rules._rule import Rule

__all__ = ["RuleSet", "match_frame"]


def _copied(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    if not rules:
        raise RuleError("a rule set needs at least one rule")
    for name, rule in rules.items():
        if not isinstance(name, str) or not name or not isinstance(rule, Rule):
            raise RuleError(f"a rule set maps names to rules; {name!r} maps to {type(rule).__name__}")
    return dict(rules)


def _uncompiled() -> list[Callable[[Row], tuple[str, ...]]]:
    return []


@frozen
class RuleSet:
    """Named rules that are asked together: fields are fetched once, shared tests are made once.

    ```python
    from privdomain.rules import RuleSet, parse_rule

    rules = RuleSet({
        "vip": parse_rule("spend_365d_minor >= 1_000_000"),
        "sleepy": parse_rule("days_since_last_order > 90"),
    })
    assert rules.matching({"spend_365d_minor": 2_000_000, "days_since_last_order": 120}) == ("vip", "sleepy")
    ```
    """

    rules: Mapping[str, Rule] = field(converter=_copied)
    _compiled: list[Callable[[Row], tuple[str, ...]]] = field(
        init=False, eq=False, repr=False, factory=_uncompiled
    )

    def matching(self, row: Row) -> tuple[str, ...]:
        """The names of the rules that hold for the row, in the set's order.

        Raises:
            RuleTypeError: for a value of another kind than the rules compare it with.
        """
        for compiled in self._compiled:
            return compiled(row)
        self._compiled.append(compile_names({name: rule.node for name, rule in self.rules.items()}))
        return self._compiled[0](row)

    def match_frame(self, frame: Any) -> Any:
        """As the function `match_frame`, for these rules."""
        return match_frame(frame, rules=self.rules)

    def check(self, kinds: Mapping[str, str]) -> None:
        """As `Rule.check`, for all rules at once."""
        check_kinds({name: rule.node for name, rule in self.rules.items()}, kinds)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields the rules depend on, sorted."""
        return tuple(sorted(families_of({name: rule.node for name, rule in self.rules.items()})))

    def __reduce__(self) -> tuple[Any, ...]:
        return RuleSet, (self.rules,)  # the compiled function stays behind

    def __iter__(self) -> Iterator[str]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)


def match_frame(frame: Any, *, rules: Mapping[str, Rule]) -> Any:
    """The frame with one bool column per rule, named as the rule; true or false, never null.

    One plan for all rules, in which shared tests are made once. Eager frames (polars, pandas, pyarrow) are run by
    polars and come back as what they were, lazy ones (polars, DuckDB, Spark) stay lazy.

    ```python
    import polars as pl
    from privdomain.rules import field, match_frame

    people = pl.DataFrame({"city": ["上海", "杭州", None]})
    marked = match_frame(people, rules={"local": field("city") == "上海", "elsewhere": field("city") != "上海"})
    assert marked["local"].to_list() == [True, False, False]
    assert marked["elsewhere"].to_list() == [False, True, False]
    ```

    Raises:
        RuleError: for fields that are no columns, and `RuleTypeError` for columns of another kind; both list all.
        ArgumentError: for a rule named like a column.
    """
    from privdomain.rules._frame import match_frame as run  # noqa: PLC0415  (frames load narwhals, rules do not)

    return run(frame, rules={name: rule.node for name, rule in _copied(rules).items()})
