"""Rules on one row: compiled once to one Python function, made of ``ast`` nodes and never of text.

The function fetches each field once and brings it to the kind the rules compare it with (a wrong kind raises, also
where a clause before it would have decided: the answer "this row does not fit" does not depend on other values).
What follows is one boolean expression per rule over local variables.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from types import CodeType, FunctionType
from typing import Any, Final, TypeAlias

from privdomain.rules._ast import And, Node, Not, Op, Or, Test, tests_of
from privdomain.rules._check import ANY, families_of
from privdomain.rules._values import READERS, check_row

__all__ = ["Row", "compile_names", "compile_rule"]

Row: TypeAlias = Mapping[str, Any]
"""One row: field names and values. A key that is not there is a missing value."""

# What needs no reader: a value of exactly this type is already comparable (NaN apart, see _fetch).
_EXACT: Final = {"number": "int", "string": "str", "bool": "bool", "date": "date", ANY: "str"}

_COMPARE: Final[Mapping[Op, type[ast.cmpop]]] = {
    Op.EQ: ast.Eq, Op.NE: ast.NotEq, Op.LT: ast.Lt, Op.LE: ast.LtE, Op.GT: ast.Gt, Op.GE: ast.GtE,
    Op.IN: ast.In, Op.NOT_IN: ast.NotIn,
}  # fmt: skip

_METHOD: Final = {
    Op.STARTS_WITH: "startswith", Op.NOT_STARTS_WITH: "startswith",
    Op.ENDS_WITH: "endswith", Op.NOT_ENDS_WITH: "endswith",
}  # fmt: skip


def compile_rule(node: Node) -> Callable[[Row], bool]:
    """The rule as a function of a row.

    Raises:
        RuleTypeError: when the rule compares one field with two kinds.
    """
    writer = _Writer({"": node})
    return writer.function([ast.Return(writer.expression(node, set()))])


def compile_names(rules: Mapping[str, Node]) -> Callable[[Row], tuple[str, ...]]:
    """Many rules as one function of a row that returns the names of those that hold, in order.

    Fields are fetched once for all of them, and a test that several rules share is made once.
    """
    writer = _Writer(rules)
    body: list[ast.stmt] = [_assign("found", ast.List([], ast.Load()))]
    body += [_assign("add", ast.Attribute(_name("found"), "append", ast.Load()))]
    body += writer.shared()
    body += [
        ast.If(writer.expression(node, set()), [ast.Expr(_call(_name("add"), ast.Constant(name)))], [])
        for name, node in rules.items()
    ]
    return writer.function([*body, ast.Return(_call(_name("tuple"), _name("found")))])


class _Writer:
    """The names one function uses: a local per field, a global per constant that code cannot hold."""

    def __init__(self, rules: Mapping[str, Node]) -> None:
        self._families = families_of(rules)
        self._locals = {field: f"field_{position}" for position, field in enumerate(self._families)}
        self._globals: dict[str, Any] = {
            "__builtins__": {}, "check_row": check_row, "type": type, "dict": dict, "tuple": tuple,
            "int": int, "float": float, "str": str, "bool": bool, "date": date,
        }  # fmt: skip
        self._constants: dict[object, str] = {}
        self._rules = rules
        self._shared: dict[Test, str] = {}

    def function(self, body: list[ast.stmt]) -> Callable[[Row], Any]:
        fetch = [line for name in self._families for line in self._fetch(name)]
        start: list[ast.stmt] = [
            ast.If(
                _is_not(_call(_name("type"), _name("row")), "dict"),
                [ast.Expr(_call(_name("check_row"), _name("row")))],
                [],
            ),
            _assign("get", ast.Attribute(_name("row"), "get", ast.Load())),
        ]
        arguments = ast.arguments([], [ast.arg("row")], None, [], [], None, [])
        whole = ast.FunctionDef("matches", arguments, [*start, *fetch, *body], [])
        if "type_params" in ast.FunctionDef._fields:  # Python 3.12 and later
            whole.type_params = []  # type: ignore[attr-defined, unused-ignore]  # unknown to 3.11's stubs
        module = ast.fix_missing_locations(ast.Module([whole], []))
        compiled = compile(module, "<privdomain rule>", "exec")
        (code,) = (one for one in compiled.co_consts if isinstance(one, CodeType))
        return FunctionType(code, self._globals)

    def _fetch(self, field: str) -> list[ast.stmt]:
        """``x = get(field)``; what is not None and not of the exact type goes through the family's reader."""
        family, local = self._families[field], self._locals[field]
        reader = f"read_{family}"
        self._globals[reader] = READERS[family]
        read: ast.stmt = _assign(local, _call(_name(reader), ast.Constant(field), _name(local)))
        exact = _EXACT.get(family)
        if exact is not None:
            kind = _call(_name("type"), _name(local))
            read = ast.If(_is_not(kind, exact), [read], [])
        if family == "number":
            # floats are half of all numbers: NaN is sorted out here rather than by a call
            nan = ast.If(
                _compare(_name(local), ast.NotEq(), _name(local)), [_assign(local, ast.Constant(None))], []
            )
            is_float = ast.Compare(_call(_name("type"), _name(local)), [ast.Is()], [_name("float")])
            read = ast.If(is_float, [nan], [read])
        get = _assign(local, _call(_name("get"), ast.Constant(field)))
        return [get, ast.If(_is_not(_name(local), None), [read], [])]

    def shared(self) -> list[ast.stmt]:
        """Locals for the tests that stand in more than one place."""
        count = Counter(test for node in self._rules.values() for test in tests_of(node))
        again = [test for test, times in count.items() if times > 1]
        lines = [
            _assign(f"test_{position}", self.expression(test, set())) for position, test in enumerate(again)
        ]
        self._shared = {test: f"test_{position}" for position, test in enumerate(again)}
        return lines

    def expression(self, node: Node, present: set[str]) -> ast.expr:
        """The node as an expression. ``present`` are the fields known to be there; it grows from left to right."""
        match node:
            case Test():
                return self._test(node, present)
            case Not(clause=clause):
                return ast.UnaryOp(ast.Not(), self.expression(clause, set(present)))
            case And(clauses=clauses):
                return ast.BoolOp(ast.And(), [self.expression(clause, present) for clause in clauses])
            case Or(clauses=clauses):
                return ast.BoolOp(ast.Or(), [self.expression(clause, set(present)) for clause in clauses])

    def _test(self, test: Test, present: set[str]) -> ast.expr:
        shared = self._shared.get(test)
        if shared is not None:
            if test.op is not Op.IS_MISSING:
                present.add(test.field)
            return _name(shared)
        seen = _name(self._locals[test.field])
        if test.op is Op.IS_MISSING:
            return ast.Compare(seen, [ast.Is()], [ast.Constant(None)])
        there = _is_not(seen, None)
        if test.op is Op.IS_NOT_MISSING:
            present.add(test.field)
            return there
        asked = self._asked(test, seen)
        if test.field in present:
            return asked
        present.add(test.field)
        return ast.BoolOp(ast.And(), [there, asked])

    def _asked(self, test: Test, seen: ast.expr) -> ast.expr:
        op = test.op
        if op in {Op.IN, Op.NOT_IN}:
            return _compare(
                seen, _COMPARE[op](), self._constant(frozenset(one.value for one in test.constants))
            )
        given = [self._constant(one.value) for one in test.constants]
        if op in {Op.BETWEEN, Op.NOT_BETWEEN}:
            within = ast.Compare(given[0], [ast.LtE(), ast.LtE()], [seen, given[1]])
            return within if op is Op.BETWEEN else ast.UnaryOp(ast.Not(), within)
        if op in {Op.CONTAINS, Op.NOT_CONTAINS}:
            return _compare(given[0], ast.In() if op is Op.CONTAINS else ast.NotIn(), seen)
        if op in _METHOD:
            asked = _call(ast.Attribute(seen, _METHOD[op], ast.Load()), given[0])
            return asked if op in {Op.STARTS_WITH, Op.ENDS_WITH} else ast.UnaryOp(ast.Not(), asked)
        return _compare(seen, _COMPARE[op](), given[0])

    def _constant(self, value: Any) -> ast.expr:
        """Scalars stand in the code itself; dates, instants and sets are globals of the function."""
        if isinstance(value, str | int | float):
            return ast.Constant(value)
        name = self._constants.setdefault(value, f"constant_{len(self._constants)}")
        self._globals[name] = value
        return _name(name)


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _call(function: ast.expr, *arguments: ast.expr) -> ast.expr:
    return ast.Call(function, list(arguments), [])


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [op], [right])


def _is_not(left: ast.expr, right: str | None) -> ast.expr:
    return _compare(left, ast.IsNot(), ast.Constant(None) if right is None else _name(right))
