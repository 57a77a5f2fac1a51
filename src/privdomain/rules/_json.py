"""A rule as JSON, for rule builders: the same tree, one object per node, a version tag around it.

```text
{"schema": "rule/1", "rule": node}
node = {"all": [node, node, …]} | {"any": [node, node, …]} | {"not": node} | {"field": name, "op": op, …}
op with "value":  == != < <= > >= contains starts_with ends_with (and "not contains", …)
   with "values": in, not in (a list), between, not between (two);     is missing, is not missing: neither
value = text | number | true | false
      | {"date": "2026-11-11"} | {"instant": "2026-11-11T00:00:00+08:00"} | {"int": "9007199254740993"}
```

Whole numbers that JavaScript would round are written as ``{"int": "…"}``; both forms are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NoReturn, TypeVar, cast

from privdomain.errors import Problem, RuleError, RuleSyntaxError, nearest
from privdomain.rules._ast import (
    LISTS,
    MAX_DEPTH,
    MAX_SIZE,
    PRESENCE,
    RANGES,
    TEXTS,
    And,
    Constant,
    Node,
    Not,
    Op,
    Or,
    Test,
    conjunction,
    constant,
    disjunction,
    negation,
)
from privdomain.rules._moments import (
    DATE_FORM,
    INSTANT_FORM,
    date_constant,
    instant_constant,
    moment_text,
)
from privdomain.rules._tokens import instead

_T = TypeVar("_T")

__all__ = ["SCHEMA_TAG", "dump", "load", "rule_json_schema"]

SCHEMA_TAG: Final = "rule/1"
"""The version of the form; a form that cannot be read by this one will have another number."""

_SAFE: Final = 2**53 - 1
_INT_FORM: Final = r"^-?[0-9]{1,19}$"
_FORMS: Final = 'text, a number, true, false, {"date": …}, {"instant": …} or {"int": …}'


def dump(node: Node) -> dict[str, Any]:
    """The document of a rule, made of plain dicts, lists and scalars."""
    return {"schema": SCHEMA_TAG, "rule": _dump(node)}


def _dump(node: Node) -> dict[str, Any]:
    match node:
        case And(clauses=clauses):
            return {"all": [_dump(clause) for clause in clauses]}
        case Or(clauses=clauses):
            return {"any": [_dump(clause) for clause in clauses]}
        case Not(clause=clause):
            return {"not": _dump(clause)}
        case Test(field=field, op=op, constants=constants):
            document: dict[str, Any] = {"field": field, "op": op.value}
            if op in LISTS or op in RANGES:
                document["values"] = [_dump_constant(one) for one in constants]
            elif op not in PRESENCE:
                document["value"] = _dump_constant(constants[0])
            return document


def _dump_constant(one: Constant) -> Any:
    if one.kind in {"date", "instant"}:
        return {one.kind: moment_text(one.value)}
    if one.kind == "int" and abs(one.value) > _SAFE:
        return {"int": str(one.value)}
    return one.value


def load(document: object, *, fields: Iterable[str] | None = None) -> tuple[Node, list[str]]:
    """The tree of a document (JSON text, or what ``json.loads`` made of it), and the paths of its tests.

    The paths are in the order of `tests_of`.

    Raises:
        RuleSyntaxError: naming every wrong place by its path, and what would be right there.
    """
    if isinstance(document, str | bytes | bytearray):
        document = _decode(document)
    reader = _Reader(None if fields is None else frozenset(fields))
    node = reader.document(document)
    if node is None or reader.problems:
        raise RuleSyntaxError(
            "the document is no rule", path=reader.problems[0].path, problems=reader.problems
        )
    return node, reader.paths


def _decode(text: str | bytes | bytearray) -> object:
    def no_number(word: str) -> NoReturn:
        raise RuleSyntaxError(f"{word} is no number of JSON", path="$")

    def whole(digits: str) -> int:
        # int() refuses thousands of digits with a sentence about Python
        return int(digits) if len(digits) <= 20 else 10**20  # longer than 64 bits either way

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise RuleSyntaxError(f"a key stands twice in an object with {', '.join(found)}", path="$")
        return found

    try:
        return json.loads(text, parse_constant=no_number, parse_int=whole, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise RuleSyntaxError(
            f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg})",
            line=error.lineno, column=error.colno, path="$",
        ) from None  # fmt: skip
    except UnicodeDecodeError:
        raise RuleSyntaxError("this is not JSON (not UTF-8)", path="$") from None
    except RecursionError:
        raise RuleSyntaxError(f"the rule is nested more than {MAX_DEPTH} levels deep", path="$") from None


class _Reader:
    """Walks a document and collects what is wrong in it; a wrong node reads as None."""

    def __init__(self, fields: frozenset[str] | None) -> None:
        self._fields = fields
        self._left = MAX_SIZE
        self.problems: list[Problem] = []
        self.paths: list[str] = []

    def _wrong(self, path: str, problem: str, expected: str = "") -> None:
        self.problems.append(Problem(path, problem, expected))

    def document(self, document: object) -> Node | None:
        if not isinstance(document, Mapping):
            self._wrong("$", f"is {_said(document)}", f'an object {{"schema": "{SCHEMA_TAG}", "rule": …}}')
            return None
        found = cast("Mapping[str, object]", document)
        if found.get("schema") != SCHEMA_TAG:
            self._wrong("$.schema", f"is {_said(found.get('schema'))}", f'"{SCHEMA_TAG}"')
        self._unknown("$", found, ("schema", "rule"))
        if "rule" not in found:
            self._wrong("$.rule", "is missing", "a node")
            return None
        return self._node("$.rule", found["rule"], 1)

    def _unknown(self, path: str, found: Mapping[str, object], known: tuple[str, ...]) -> None:
        for key in found:
            if key not in known:
                hint = nearest(str(key), known)
                self._wrong(
                    f"{path}.{key}", "is no key of this object", repr(hint) if hint else " or ".join(known)
                )

    def _node(self, path: str, node: object, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            self._wrong(path, f"is nested more than {MAX_DEPTH} levels deep", "a flatter rule")
            return None
        if not isinstance(node, Mapping):
            self._wrong(path, f"is {_said(node)}", 'an object with "all", "any", "not" or "field"')
            return None
        found = cast("Mapping[str, object]", node)
        heads = [key for key in ("all", "any", "not", "field") if key in found]
        if len(heads) != 1:
            having = " and ".join(map(repr, heads)) or ", ".join(map(repr, found)) or "nothing"
            self._wrong(path, f"has {having}", 'exactly one of "all", "any", "not" and "field"')
            return None
        if heads[0] == "field":
            return self._test(path, found)
        self._unknown(path, found, (heads[0],))
        if heads[0] == "not":
            clause = self._node(f"{path}.not", found["not"], depth + 1)
            return None if clause is None else self._checked(path, lambda: negation(clause))
        return self._joined(
            f"{path}.{heads[0]}", found[heads[0]], conjunction if heads[0] == "all" else disjunction, depth
        )

    def _joined(
        self, path: str, clauses: object, join: Callable[[list[Node]], Node], depth: int
    ) -> Node | None:
        if not isinstance(clauses, list) or not clauses:
            self._wrong(path, f"is {_said(clauses)}", "a list with at least one node")
            return None
        listed = cast("list[object]", clauses)
        nodes = [self._node(f"{path}[{position}]", one, depth + 1) for position, one in enumerate(listed)]
        good = [node for node in nodes if node is not None]
        return self._checked(path, lambda: join(good)) if len(good) == len(nodes) else None

    def _test(self, path: str, found: Mapping[str, object]) -> Node | None:
        field, op = found["field"], found.get("op")
        before = len(self.problems)
        if not isinstance(field, str) or not field:
            self._wrong(f"{path}.field", f"is {_said(field)}", "a field's name")
        elif self._fields is not None and field not in self._fields:
            hint = nearest(field, self._fields)
            self._wrong(
                f"{path}.field", f"there is no field {field!r}", repr(hint) if hint else "a known field"
            )
        if not isinstance(op, str) or op not in set(Op):
            self._wrong(f"{path}.op", f"is {_said(op)}", _op_hint(op))
            return None
        constants = self._constants(path, found, Op(op))
        if constants is None or len(self.problems) > before:
            return None
        self._left -= 1 + len(constants)
        if self._left < 0:
            self._wrong(path, f"the rule holds more than {MAX_SIZE:,} tests and values", "fewer")
            return None
        self.paths.append(path)
        return self._checked(path, lambda: Test(str(field), Op(op), tuple(constants)))

    def _constants(self, path: str, found: Mapping[str, object], op: Op) -> list[Constant] | None:
        key = "values" if op in LISTS or op in RANGES else None if op in PRESENCE else "value"
        self._unknown(path, found, ("field", "op", key) if key else ("field", "op"))
        if key is None:
            return []
        if key not in found:
            self._wrong(f"{path}.{key}", "is missing", "a list of values" if key == "values" else _FORMS)
            return None
        given = found[key]
        if key == "value":
            one = self._constant(f"{path}.value", given)
            return None if one is None else [one]
        if not isinstance(given, list):
            self._wrong(f"{path}.values", f"is {_said(given)}", "a list of values")
            return None
        listed = cast("list[object]", given)
        read = [self._constant(f"{path}.values[{position}]", one) for position, one in enumerate(listed)]
        good = [one for one in read if one is not None]
        return good if len(good) == len(read) else None

    def _constant(self, path: str, given: object) -> Constant | None:
        if isinstance(given, str | int | float):
            return self._checked(path, lambda: constant(given))
        if isinstance(given, Mapping) and len(cast("Mapping[str, object]", given)) == 1:
            ((kind, text),) = cast("Mapping[str, object]", given).items()
            if kind in _TAGGED and isinstance(text, str):
                return self._checked(path, lambda: _TAGGED[kind](text))
        self._wrong(path, f"is {_said(given)}", _FORMS)
        return None

    def _checked(self, path: str, make: Callable[[], _T]) -> _T | None:
        try:
            return make()
        except RuleError as error:
            self._wrong(path, str(error))
            return None


def _op_hint(op: object) -> str:
    """The operation that was meant, or all there are."""
    # {"op": "="} is nearest to ">=" by its letters, and "==" by what it means
    known = instead(op.strip()) if isinstance(op, str) else None
    if known in set(Op):
        return repr(known)
    hint = nearest(op.replace("_", " "), list(Op)) if isinstance(op, str) else None
    return repr(str(hint)) if hint else ", ".join(Op)


def _int_constant(text: str) -> Constant:
    if not re.match(_INT_FORM, text):
        raise RuleError(f"{text[:40]!r} is no whole number of 64 bits")
    return constant(int(text))


_TAGGED: Final[Mapping[str, Callable[[str], Constant]]] = {
    "date": date_constant,
    "instant": instant_constant,
    "int": _int_constant,
}


def _said(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value[:40], ensure_ascii=False)
    if isinstance(value, Mapping):
        return "an object with " + (
            ", ".join(map(str, cast("Mapping[object, object]", value))) or "nothing in it"
        )
    if isinstance(value, list):
        return "a list" if cast("list[object]", value) else "an empty list"
    return type(value).__name__ if not isinstance(value, int | float) else "a number"


def rule_json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document, for rule builders and for editors.

    It accepts every rule `Rule.to_dict` writes. What a schema cannot say (bounds of a range in order, one kind per
    list, the limits of depth and size) is said by the error of reading.

    ```python
    from privdomain.rules import field, rule_json_schema

    document = (field("city") == "上海").to_dict()
    assert document["schema"] == rule_json_schema()["properties"]["schema"]["const"]
    ```
    """
    node, value = {"$ref": "#/$defs/node"}, {"$ref": "#/$defs/value"}
    field = {"type": "string", "minLength": 1}

    def test(ops: Iterable[Op], **given: Any) -> dict[str, Any]:
        properties = {"field": field, "op": {"enum": sorted(ops)}, **given}
        return _object(properties)

    lists, ranges = sorted(LISTS), sorted(RANGES)
    plain = [op for op in Op if op not in {*LISTS, *RANGES, *PRESENCE, *TEXTS}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"privdomain {SCHEMA_TAG}",
        **_object({"schema": {"const": SCHEMA_TAG}, "rule": node}),
        "$defs": {
            "node": {
                "oneOf": [
                    _object({"all": {"type": "array", "items": node, "minItems": 1}}),
                    _object({"any": {"type": "array", "items": node, "minItems": 1}}),
                    _object({"not": node}),
                    test(plain, value=value),
                    test(TEXTS, value={"type": "string"}),
                    test([Op(op) for op in lists], values={"type": "array", "items": value, "minItems": 1}),
                    test(
                        [Op(op) for op in ranges],
                        values={"type": "array", "items": value, "minItems": 2, "maxItems": 2},
                    ),
                    test(PRESENCE),
                ]
            },
            "value": {
                "oneOf": [
                    {"type": ["string", "number", "boolean"]},
                    _object({"date": {"type": "string", "pattern": DATE_FORM}}),
                    _object({"instant": {"type": "string", "pattern": INSTANT_FORM}}),
                    _object({"int": {"type": "string", "pattern": _INT_FORM}}),
                ]
            },
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
