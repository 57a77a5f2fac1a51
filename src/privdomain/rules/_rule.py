"""`Rule`: a tree with its readings. What the readings do is in the modules they are named after."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

from attrs import field as attribute
from attrs import frozen

from privdomain.errors import Problem, RuleError, RuleTypeError
from privdomain.rules import _json, _row, _text
from privdomain.rules._ast import Node, conjunction, disjunction, negation, tests_of
from privdomain.rules._check import check_kinds, families_of, misfits
from privdomain.rules._explain import Explanation, explain
from privdomain.rules._printing import rule_text
from privdomain.rules._row import Row
from privdomain.rules._tokens import place

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Fields", "Rule", "all_of", "any_of", "parse_rule"]

Fields: TypeAlias = Iterable[str] | Mapping[str, str]
"""The fields there are, with their kinds where they are known."""

_SHOWN = 200
_HEADLINE = "a field is compared with what it is not"


def _uncompiled() -> list[Callable[[Row], bool]]:
    return []


@frozen(repr=False)
class Rule:
    """A predicate over fields, as data: frozen, hashable, equal when its structure is.

    Made by `field`, `parse_rule` or `from_json`; run on one row (`matches`) or a frame (`filter_frame`,
    `match_frame`) with the same answers. A comparison with a missing value is false, so ``city != "上海"`` leaves
    the unknown out and ``not city == "上海"`` takes them in.

    ```python
    from privdomain.rules import field, parse_rule

    rule = (field("spend_365d_minor") >= 20_000) & field("city").is_in(["上海", "杭州"])
    assert rule == parse_rule('spend_365d_minor >= 20000 and city in ["上海", "杭州"]')
    assert rule.matches({"spend_365d_minor": 35_000, "city": "上海"})
    assert not rule.matches({"spend_365d_minor": 35_000})
    assert rule.fields == ("city", "spend_365d_minor")
    ```
    """

    node: Node
    """The tree, for tools that walk rules."""
    _compiled: list[Callable[[Row], bool]] = attribute(init=False, eq=False, factory=_uncompiled)

    # --- one row

    def matches(self, row: Row) -> bool:
        """Whether the rule holds for one row: a mapping from field names to values.

        Missing is None, NaN, or a key that is not there.

        Raises:
            RuleTypeError: for a value of another kind than the rule compares it with, whatever the other clauses say.
        """
        for compiled in self._compiled:
            return compiled(row)
        self._compiled.append(_row.compile_rule(self.node))
        return self._compiled[0](row)

    def filter_rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows the rule holds for, one by one."""
        return (row for row in rows if self.matches(row))

    def explain(self, row: Row) -> Explanation:
        """Which tests decided for this row, and what was seen there.

        ```python
        from privdomain.rules import parse_rule

        why = parse_rule('spend >= 20000 and city in ["上海", "杭州"]').explain({"spend": 35_000, "city": "苏州"})
        assert [clause.field for clause in why.decided] == ["city"]
        assert why.text("zh").startswith("不符合：")
        ```
        """
        return explain(self.node, row)

    # --- a frame

    def filter_frame(self, frame: Any) -> Any:
        """The rows of a frame the rule holds for; lazy frames (polars, DuckDB, Spark) stay lazy.

        Raises:
            RuleError: for fields that are no columns, and `RuleTypeError` for columns of another kind; both list all.
        """
        from privdomain.rules._frame import filter_frame  # noqa: PLC0415  (frames load narwhals, rules do not)

        return filter_frame(frame, rule=self.node)

    def to_expr(self, frame: Any = None) -> nw.Expr:
        """The rule as a narwhals expression for polars, DuckDB or Spark: true or false, never null.

        With ``frame`` the rule is checked against its columns, and any column of their kind will do. Without, the
        columns are taken to be as this library's builders make them (text, 64-bit numbers, instants in UTC
        microseconds) and nothing is checked.

        Raises:
            RuleError: without a frame, when the rule does not tell enough about a field; with one, as `check`.
            Unsupported: for pandas and pyarrow, which are run through polars by `match_frame`.
        """
        from privdomain.rules._frame import frame_expr, plain_expr  # noqa: PLC0415

        return plain_expr(self.node) if frame is None else frame_expr(self.node, frame)

    def check(self, kinds: Mapping[str, str]) -> None:
        """Compare the rule with fields and their kinds (`privdomain.frames.schema.kinds`) before anything runs.

        Raises:
            RuleTypeError: when a field has another kind than the rule compares it with.
            RuleError: when fields are only missing. Both list every problem, with the nearest existing name.
        """
        check_kinds({"": self.node}, kinds)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields the rule depends on, sorted."""
        return tuple(sorted({test.field for test in tests_of(self.node)}))

    # --- written forms

    def to_text(self) -> str:
        """The canonical text; `parse_rule` reads it back to an equal rule."""
        return rule_text(self.node)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document as plain dicts and lists, tagged ``rule/1``."""
        return _json.dump(self.node)

    def to_json(self) -> str:
        """The JSON document as text; `from_json` reads it back to an equal rule."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_json(cls, document: object, *, fields: Fields | None = None) -> Rule:
        """The rule of a JSON document: text, or what ``json.loads`` made of it.

        Raises:
            RuleSyntaxError: with the path of every wrong place and what would be right.
            RuleTypeError: for a field that is compared with two kinds, or with another than it has; with the paths.
        """
        node, paths = _json.load(document, fields=fields)
        try:
            _check_written(node, fields)
        except RuleTypeError as error:
            wrong = _wrong_tests(node, fields, error)
            path = paths[min(wrong.values())]
            problems = _placed(error, {name: paths[number] for name, number in wrong.items()})
            raise RuleTypeError(f"{path}: {_HEADLINE}", path=path, problems=problems) from None
        return cls(node)

    # --- combining

    def __and__(self, other: Rule) -> Rule:
        return Rule(conjunction((self.node, _node(other, "&"))))

    def __or__(self, other: Rule) -> Rule:
        return Rule(disjunction((self.node, _node(other, "|"))))

    def __invert__(self) -> Rule:
        return Rule(negation(self.node))

    def __bool__(self) -> NoReturn:
        """A rule is neither true nor false; Python asks when ``and`` stands where ``&`` should.

        Raises:
            RuleError: always, with what to write.
        """
        raise RuleError(
            "a rule has no truth value before it meets a row: rule.matches(row). To combine rules write & for "
            "and, | for or, ~ for not, each comparison in parentheses; for low <= x <= high write "
            'field("x").between(low, high), and for x in [...] write field("x").is_in([...])'
        )

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        text = self.to_text()
        return f"<Rule {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Rule, (self.node,)  # the compiled function stays behind

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """A field of a pydantic model takes a rule, its text or its JSON document, and is written as text."""
        from pydantic_core import core_schema  # noqa: PLC0415  (only loaded by those who use pydantic)

        return core_schema.no_info_plain_validator_function(
            _read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                str, return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        if handler.mode == "serialization":
            return {"type": "string", "title": "Rule"}
        return {
            "title": "Rule",
            "anyOf": [
                {"type": "string", "description": "a rule text"},
                {"type": "object", "description": f"a rule document, {_json.SCHEMA_TAG}"},
            ],
        }


def _read(value: object) -> Rule:
    if isinstance(value, Rule):
        return value
    return parse_rule(value) if isinstance(value, str) else Rule.from_json(value)


def _node(other: object, sign: str) -> Node:
    if not isinstance(other, Rule):
        joins = sign in {"&", "|"}
        if isinstance(other, str):
            right = f'{sign} parse_rule("b == 2")' if joins else f'{sign}([parse_rule("b == 2"), …])'
            advice = f"a rule text is read first: {right}"
        elif joins:
            advice = f'put each comparison in parentheses: (field("a") == 1) {sign} (field("b") == 2)'
        else:
            advice = f'{sign}([field("a") == 1, field("b") == 2])'
        what = "stands between two rules, not a rule and" if joins else "joins rules, not"
        raise RuleError(f"{sign} {what} {type(other).__name__}; {advice}")
    return other.node


def parse_rule(text: str, *, fields: Fields | None = None) -> Rule:
    """Read a rule from its text form.

    With ``fields`` a name that is none of them is an error at its place; where ``fields`` maps names to kinds
    (`privdomain.frames.schema.kinds`), the constants are compared with the kinds as well.

    ```python
    import pytest
    from privdomain.errors import RuleSyntaxError
    from privdomain.rules import parse_rule

    rule = parse_rule('not (city == "上海" or vip == true) and last_order_at < instant("2026-11-11T00:00:00+08:00")')
    assert rule.to_text().endswith('last_order_at < instant("2026-11-10T16:00:00Z")')

    with pytest.raises(RuleSyntaxError, match="line 1, column 1: there is no field 'ctiy'; expected 'city'"):
        parse_rule('ctiy == "上海"', fields=["city", "spend"])
    ```

    Raises:
        RuleSyntaxError: with line, column, what was expected and the nearest right word.
        RuleTypeError: for a field that is compared with two kinds, or with another than it has; with line and column.
    """
    node, starts = _text.parse(text, fields=fields)
    try:
        _check_written(node, fields)
    except RuleTypeError as error:
        wrong = _wrong_tests(node, fields, error)
        first = place(text, starts[min(wrong.values())])
        problems = _placed(error, {name: str(place(text, starts[number])) for name, number in wrong.items()})
        raise RuleTypeError(
            f"{first}: {_HEADLINE}\n{first.shown}", line=first.line, column=first.column, problems=problems
        ) from None
    return Rule(node)


def _check_written(node: Node, fields: Fields | None) -> None:
    """What was written as a whole must make sense as a whole, and fit the kinds where they are known."""
    if isinstance(fields, Mapping):
        check_kinds({"": node}, cast("Mapping[str, str]", fields))
    else:
        families_of({"": node})


def _wrong_tests(node: Node, fields: Fields | None, error: RuleTypeError) -> dict[str, int]:
    """By field, the number of the test that the error is about."""
    found = misfits(node, cast("Mapping[str, str]", fields) if isinstance(fields, Mapping) else {})
    return {each.path: found[each.path] for each in error.problems}


def _placed(error: RuleTypeError, places: Mapping[str, str]) -> list[Problem]:
    """The problems of the error, each saying where it stands."""
    return [
        Problem(each.path, f"{each.problem} ({places[each.path]})", each.expected) for each in error.problems
    ]


def all_of(rules: Iterable[Rule]) -> Rule:
    """The rule that holds when every one of them does: ``&`` for a list."""
    return Rule(conjunction([_node(rule, "all_of") for rule in rules]))


def any_of(rules: Iterable[Rule]) -> Rule:
    """The rule that holds when some of them does: ``|`` for a list."""
    return Rule(disjunction([_node(rule, "any_of") for rule in rules]))
