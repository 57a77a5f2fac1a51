"""Which kind each field must have, and whether a row's or a frame's fields have it.

One field has one kind: a rule that compares it with a string and with a number can hold for no column, so it is
refused before any engine sees it. int and float are one kind of question (a number).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from privdomain.errors import Problem, RuleError, RuleTypeError, nearest
from privdomain.rules._ast import Node, family, tests_of

__all__ = ["ANY", "check_kinds", "families_of", "misfits", "wanted"]

ANY: Final = "any"
"""The family of a field that is only asked whether it is missing."""

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("int", "float"),
    "string": ("string",),
    "bool": ("bool",),
    "date": ("date",),
    "instant": ("instant",),
}


def wanted(name: str) -> str:
    """A family in the words of an error message: ``int or float``."""
    return " or ".join(_KINDS[name])


def families_of(rules: Mapping[str, Node]) -> dict[str, str]:
    """The family each field is compared as, in the order in which the rules name the fields.

    Raises:
        RuleTypeError: naming every field that is compared as two kinds.
    """
    found: dict[str, str] = {}
    clashes: dict[str, Problem] = {}
    for name, node in rules.items():
        for test in tests_of(node):
            asked = family(test.constants[0].kind) if test.constants else ANY
            known = found.setdefault(test.field, asked)
            if known == ANY:
                found[test.field] = asked
            elif asked not in {known, ANY}:
                where = f"{name}: {test.field}" if name else test.field
                clashes.setdefault(
                    test.field, Problem(where, f"is compared with {wanted(known)} and with {wanted(asked)}")
                )
    if clashes:
        raise RuleTypeError("one field has one kind", problems=tuple(clashes.values()))
    return found


def check_kinds(
    rules: Mapping[str, Node],
    kinds: Mapping[str, str],
    *,
    others: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, str]:
    """Compare what the rules ask with the columns there are; returns `families_of` the rules.

    ``others``: of columns without a kind, the engine's own word and what would give them one.

    Raises:
        RuleTypeError: when some column has another kind than the rule compares it with.
        RuleError: when fields are only missing. Both list every problem.
    """
    families = families_of(rules)
    missing = [_missing(name, kinds) for name in families if name not in kinds]
    wrong = [
        _misfit(name, kinds[name], asked, (others or {}).get(name))
        for name, asked in families.items()
        if name in kinds and asked != ANY and kinds[name] not in _KINDS[asked]
    ]
    if wrong:
        raise RuleTypeError("the rule does not fit the columns", problems=missing + wrong)
    if missing:
        raise RuleError("the rule asks for fields that are not there", problems=missing)
    return families


def misfits(node: Node, kinds: Mapping[str, str]) -> dict[str, int]:
    """By field, which test (its number in `tests_of`) is the first to compare it as what it is not.

    A field whose kind is not known is what its first comparison takes it for.
    """
    found: dict[str, int] = {}
    known = {
        name: next((each for each, of in _KINDS.items() if kind in of), kind) for name, kind in kinds.items()
    }
    for number, test in enumerate(tests_of(node)):
        if test.constants:
            asked = family(test.constants[0].kind)
            if known.setdefault(test.field, asked) != asked:
                found.setdefault(test.field, number)
    return found


def _misfit(name: str, kind: str, asked: str, other: tuple[str, str] | None) -> Problem:
    if other is not None:
        dtype, way_out = other
        return Problem(name, f"is {dtype}", f"{wanted(asked)}; {way_out}")
    if kind == "other":
        return Problem(name, "is other", f"{wanted(asked)}; cast the column to what a rule can compare")
    return Problem(name, f"is {kind}", wanted(asked))


def _missing(name: str, kinds: Mapping[str, str]) -> Problem:
    hint = nearest(name, kinds)
    return Problem(name, "no such column" + (f", did you mean {hint!r}?" if hint else ""))
