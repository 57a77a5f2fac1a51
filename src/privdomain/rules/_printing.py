"""A rule as text: one canonical form, which the parser reads back to the same rule."""

from __future__ import annotations

from typing import Final

from privdomain.rules._ast import LISTS, PRESENCE, RANGES, And, Constant, Node, Not, Or, Test
from privdomain.rules._moments import moment_text
from privdomain.rules._tokens import is_name

__all__ = ["constant_text", "field_text", "rule_text"]

_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def rule_text(node: Node) -> str:
    """The canonical text: lower-case words, one space, parentheses wherever and, or and not meet."""
    match node:
        case Test():
            return _test(node)
        case Not(clause=clause):
            return f"not {_inner(clause)}"
        case And(clauses=clauses):
            return " and ".join(_inner(clause) for clause in clauses)
        case Or(clauses=clauses):
            return " or ".join(_inner(clause) for clause in clauses)


def _inner(node: Node) -> str:
    # ``a and b or c`` needs no parentheses for the parser; people need them
    return f"({rule_text(node)})" if isinstance(node, And | Or) else rule_text(node)


def _test(test: Test) -> str:
    head = f"{field_text(test.field)} {test.op}"
    if test.op in PRESENCE:
        return head
    given = [constant_text(one) for one in test.constants]
    if test.op in LISTS:
        return f"{head} [{', '.join(given)}]"
    return f"{head} {' and '.join(given) if test.op in RANGES else given[0]}"


def field_text(name: str) -> str:
    """A field's name, in backticks where it is not made of plain words."""
    return name if is_name(name) else _quote(name, "`")


def constant_text(one: Constant) -> str:
    """A constant as it stands in a rule text."""
    if one.kind == "string":
        return _quote(one.value, '"')
    if one.kind == "bool":
        return "true" if one.value else "false"
    if one.kind in {"date", "instant"}:
        return f'{one.kind}("{moment_text(one.value)}")'
    return repr(one.value)


def _quote(text: str, quote: str) -> str:
    inner = "".join(
        _ESCAPES.get(char)
        or (f"\\{quote}" if char == quote else char if char.isprintable() else f"\\u{{{ord(char):X}}}")
        for char in text
    )
    return f"{quote}{inner}{quote}"
