"""Why a rule holds for a row, or does not: the clauses that decided, and what was seen there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from privdomain.errors import ArgumentError
from privdomain.rules._ast import And, Node, Not, Or, Test
from privdomain.rules._check import families_of
from privdomain.rules._moments import moment_text
from privdomain.rules._printing import field_text, rule_text
from privdomain.rules._row import Row
from privdomain.rules._values import READERS, check_row, holds

__all__ = ["Clause", "Explanation", "Language", "explain"]

Language: TypeAlias = Literal["en", "zh"]
"""The languages an explanation can be read in."""


@frozen
class Clause:
    """One test that decided: its text, its field, what the row holds there (None: missing), whether it holds.

    ``inverted`` says that an odd number of ``not`` stands above it: it speaks for the rule by not holding.
    """

    text: str
    field: str
    seen: Any
    holds: bool
    inverted: bool

    @property
    def missing(self) -> bool:
        """Whether the row has no value there."""
        return self.seen is None


@frozen
class Explanation:
    """What a rule says of a row, and the tests that decided it, from left to right.

    Of an ``and`` that holds every clause decided, of one that does not every clause that failed; of an ``or`` the
    other way round. Changing only what is not listed changes nothing.
    """

    rule: str
    matches: bool
    decided: tuple[Clause, ...]

    def text(self, language: Language = "en") -> str:
        """The explanation to read, one line per deciding test. ``language``: ``"en"`` or ``"zh"`` (中文).

        Raises:
            ArgumentError: for another language.
        """
        words = _WORDS.get(language)
        if words is None:
            raise ArgumentError(f"language={language!r}; explanations are written in {', '.join(_WORDS)}")
        lines = [words["yes" if self.matches else "no"] + self.rule]
        for clause in self.decided:
            mark = "✓" if clause.holds is not clause.inverted else "✗"
            seen = words["missing"] if clause.missing else words["seen"] + _value_text(clause.seen)
            stated = words["not"] + clause.text if clause.inverted else clause.text
            lines.append(f"  {mark} {stated}{words['open']}{field_text(clause.field)} {seen}{words['close']}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "yes": "matches: ", "no": "does not match: ", "missing": "is missing", "seen": "is ", "not": "not ",
        "open": "  (", "close": ")",
    },
    "zh": {
        "yes": "符合：", "no": "不符合：", "missing": "缺失", "seen": "为 ", "not": "非 ", "open": "（", "close": "）",
    },
}  # fmt: skip


def explain(node: Node, row: Row) -> Explanation:
    """Evaluate the rule on the row and keep what decided.

    Raises:
        RuleTypeError: for a value of the wrong kind, as when matching.
    """
    check_row(row)
    families = families_of({"": node})
    seen = {
        name: None if value is None else READERS[family](name, value)
        for name, family in families.items()
        for value in [row.get(name)]
    }
    matched, decided = _decide(node, seen, inverted=False)
    return Explanation(rule_text(node), matched, tuple(clause() for clause in decided))


_Deciding: TypeAlias = list[Callable[[], Clause]]


def _decide(node: Node, seen: dict[str, Any], *, inverted: bool) -> tuple[bool, _Deciding]:
    match node:
        case Test():
            held = holds(node, seen[node.field])
            return held, [lambda: Clause(rule_text(node), node.field, seen[node.field], held, inverted)]
        case Not(clause=clause):
            held, decided = _decide(clause, seen, inverted=not inverted)
            return not held, decided
        case And(clauses=clauses) | Or(clauses=clauses):
            answers = [_decide(clause, seen, inverted=inverted) for clause in clauses]
            held = all(one for one, _ in answers) if isinstance(node, And) else any(one for one, _ in answers)
            return held, list(_agreeing(answers, held))


def _agreeing(answers: list[tuple[bool, _Deciding]], held: bool) -> Iterator[Callable[[], Clause]]:  # noqa: FBT001
    for answer, decided in answers:
        if answer is held:
            yield from decided


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return moment_text(value) if isinstance(value, date) else str(value)
