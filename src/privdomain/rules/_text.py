"""Rule text to tree: recursive descent over a few lines of grammar.

```text
rule = all { "or" all }          all = one { "and" one }          one = "not" one | "(" rule ")" | test
test = field ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) value
     | field [ "not" ] "in" "[" value { "," value } "]"
     | field [ "not" ] "between" value "and" value                both ends included
     | field [ "not" ] ( "contains" | "starts_with" | "ends_with" ) string
     | field "is" [ "not" ] "missing"
value = string | number | "true" | "false" | "date" "(" string ")" | "instant" "(" string ")"
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from privdomain.errors import RuleError, RuleSyntaxError, nearest
from privdomain.rules._ast import (
    LISTS,
    MAX_DEPTH,
    MAX_SIZE,
    RANGES,
    Constant,
    Node,
    Op,
    Test,
    conjunction,
    constant,
    disjunction,
    negation,
)
from privdomain.rules._moments import date_constant, instant_constant
from privdomain.rules._tokens import KEYWORDS, Token, instead, mistake, tokens

__all__ = ["parse"]

_T = TypeVar("_T")

_NEGATABLE: Final = ("in", "between", "contains", "starts_with", "ends_with")
_TESTS: Final = "a comparison (== != < <= > >=), in, between, contains, starts_with, ends_with or is missing"
_VALUE: Final = (
    'a value: "text", a number, true, false, date("2026-11-11") or instant("2026-11-11T00:00:00+08:00")'
)
_DIGITS: Final = 20
_COMMAS: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9_])")


def parse(text: str, *, fields: Iterable[str] | None = None) -> tuple[Node, list[int]]:
    """The tree of a rule text, and where each of its tests begins, in the order of `tests_of`.

    With ``fields`` a name that is none of them is an error at its place.

    Raises:
        RuleSyntaxError: with line, column, what was expected and, where one is near, the right word.
    """
    if not isinstance(text, str):
        raise RuleError(f"a rule text is a string, not {type(text).__name__}")
    parser = _Parser(text, None if fields is None else frozenset(fields))
    return parser.whole(), parser.places


class _Parser:
    def __init__(self, text: str, fields: frozenset[str] | None) -> None:
        self._text, self._fields = text, fields
        self._tokens = tokens(text)
        self._next = 0
        self._depth = 0
        self._size = 0
        self.places: list[int] = []

    # --- words

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _is(self, *words: str) -> bool:
        token = self._token
        return token.kind in {"keyword", "sign"} and token.text in words

    def _accept(self, word: str) -> bool:
        found = self._is(word)
        self._next += found
        return found

    def _expect(self, word: str, expected: str) -> None:
        if not self._accept(word):
            raise self._mistake(expected)

    def _mistake(self, expected: str, *, known: Iterable[str] = ()) -> RuleSyntaxError:
        token = self._token
        if token.kind == "end":
            return mistake(self._text, token.at, "the rule ends here", expected)
        grouped = self._grouped(self._next - 1)
        if grouped is not None:
            return grouped
        right = _meant(token, known)
        problem = f"found {_shown(token)}" + (f", did you mean {right!r}?" if right else "")
        return mistake(self._text, token.at, problem, expected)

    def _grouped(self, position: int) -> RuleSyntaxError | None:
        """What to say of 20,000, of which the 20 stands at this position: a comma separates values."""
        found = _COMMAS.match(self._text, self._tokens[position].at) if position >= 0 else None
        if found is None or self._tokens[position].kind != "number":
            return None
        right = found[0].replace(",", "_")
        return mistake(self._text, found.start(), "digits are not grouped by commas", right)

    # --- grammar

    def whole(self) -> Node:
        if len(self._tokens) == 1:
            raise mistake(self._text, 0, "the rule is empty", 'a test such as city == "上海"')
        node = self._any()
        if self._token.kind != "end":
            if self._is(")"):
                raise mistake(
                    self._text,
                    self._token.at,
                    "this parenthesis closes nothing",
                    "an opening one before it, or none here",
                )
            if self._is("<", "<=", ">", ">=", "==", "!="):
                raise self._mistake(
                    "and, or, or the end; a chain is written: x between 1 and 3, or x > 1 and x < 3"
                )
            raise self._mistake("and, or, or the end of the rule", known=("and", "or"))
        return node

    def _any(self) -> Node:
        clauses = [self._all()]
        while self._accept("or"):
            clauses.append(self._all())
        return disjunction(clauses)

    def _all(self) -> Node:
        clauses = [self._one()]
        while self._accept("and"):
            clauses.append(self._one())
        return conjunction(clauses)

    def _one(self) -> Node:
        token = self._token
        if not self._is("not", "("):
            return self._test()
        self._depth += 1
        if self._depth >= MAX_DEPTH:
            raise mistake(self._text, token.at, f"nested more than {MAX_DEPTH} levels deep", "a flatter rule")
        self._take()
        if token.text == "not":
            node = negation(self._one())
        else:
            node = self._any()
            self._expect(")", "and, or, or a closing parenthesis")
        self._depth -= 1
        return node

    def _test(self) -> Node:
        at = self._token.at
        field = self._field()
        op = self._op()
        constants = self._constants(op)
        self._size += 1 + len(constants)
        if self._size > MAX_SIZE:
            raise mistake(self._text, at, f"the rule holds more than {MAX_SIZE:,} tests and values", "fewer")
        self.places.append(at)
        return self._located(at, lambda: Test(field, op, constants))

    def _field(self) -> str:
        token = self._token
        if token.kind == "string":
            raise self._mistake(f"a field; its name stands bare or in backticks: `{token.text}`")
        if token.kind == "number" or self._is("true", "false"):
            raise self._mistake("the field first: spend >= 20000, not 20000 <= spend")
        if token.kind != "name":
            raise self._mistake("a field, not, or an opening parenthesis", known=("not",))
        if self._fields is not None and token.text not in self._fields:
            hint = nearest(token.text, self._fields)
            raise mistake(
                self._text, token.at, f"there is no field {token.text!r}",
                repr(hint) if hint else "one of " + ", ".join(sorted(self._fields)[:12]),
            )  # fmt: skip
        return self._take().text

    def _op(self) -> Op:
        token = self._token
        if token.kind == "sign" and token.text in {"==", "!=", "<", "<=", ">", ">="}:
            return Op(self._take().text)
        if self._accept("is"):
            negated = self._accept("not")
            self._expect("missing", "is missing or is not missing; a value is compared with ==")
            return Op.IS_NOT_MISSING if negated else Op.IS_MISSING
        negated = self._accept("not")
        if not self._is(*_NEGATABLE):
            expected = "in, between, contains, starts_with or ends_with" if negated else _TESTS
            if token.kind == "end" or self._is("and", "or", ")"):
                expected += "; a true-or-false field is asked by == true"
            raise self._mistake(expected, known=("is", *_NEGATABLE))
        word = self._take().text
        return Op(f"not {word}" if negated else word)

    def _constants(self, op: Op) -> tuple[Constant, ...]:
        if op in {Op.IS_MISSING, Op.IS_NOT_MISSING}:
            return ()
        if op in RANGES:
            low = self._value()
            self._expect("and", "and, and the upper bound: between 1 and 3")
            return low, self._value()
        if op not in LISTS:
            return (self._value(),)
        self._expect("[", 'a list: ["上海", "杭州"]')
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
            if len(values) > MAX_SIZE:
                raise self._mistake(f"at most {MAX_SIZE:,} values")
        self._expect("]", "a comma or the closing bracket ]")
        return tuple(values)

    def _value(self) -> Constant:
        token = self._token
        if token.kind == "string":
            return self._located(token.at, lambda: constant(self._take().text))
        if token.kind == "number":
            return self._number()
        if self._is("true", "false"):
            return constant(self._take().text == "true")
        if token.kind == "name" and not token.quoted and token.text in {"date", "instant"}:
            return self._moment()
        if self._is("]"):
            raise self._mistake(f"at least one value; {_VALUE}")
        if token.kind == "name" and instead(token.text) is None:
            raise self._mistake(f"{_VALUE}; text stands in quotes, and a field is not compared with a field")
        raise self._mistake(_VALUE, known=("true", "false", "date", "instant"))

    def _number(self) -> Constant:
        token = self._take()
        digits = token.text.replace("_", "")
        bare = digits.lstrip("-")
        if bare[0] == "0" and bare[1:2].isdigit():
            # the 000 of [20,000]; [20,100] may be two values
            grouped = self._grouped(self._next - 3)
            if grouped is not None:
                raise grouped
            raise mistake(
                self._text, token.at, "a number does not begin with 0", f'quotes around an id: "{bare}"'
            )
        if set(digits) & set(".eE"):
            return self._located(token.at, lambda: constant(float(digits)))
        # int() refuses thousands of digits with a sentence about Python; ours is about rules
        return self._located(token.at, lambda: constant(int(digits) if len(bare) < _DIGITS else 10**_DIGITS))

    def _moment(self) -> Constant:
        word = self._take().text
        self._expect("(", f'an opening parenthesis: {word}("…")')
        token = self._token
        if token.kind != "string":
            raise self._mistake(
                f'text in quotes: {word}("{"2026-11-11" if word == "date" else "2026-11-11T00:00:00+08:00"}")'
            )
        read = date_constant if word == "date" else instant_constant
        found = self._located(token.at, lambda: read(self._take().text))
        self._expect(")", "a closing parenthesis")
        return found

    def _located(self, at: int, make: Callable[[], _T]) -> _T:
        """What ``make`` returns; its complaint gets the place it is about."""
        try:
            return make()
        except RuleError as error:
            raise mistake(self._text, at, str(error)) from None


def _shown(token: Token) -> str:
    return "a string" if token.kind == "string" else f"`{token.text}`" if token.quoted else repr(token.text)


def _meant(token: Token, known: Iterable[str]) -> str | None:
    if token.kind not in {"name", "keyword"} or token.quoted:
        return None
    word = token.text.lower()
    if word in KEYWORDS and word != token.text:
        return word
    return instead(word) or nearest(word, known)
