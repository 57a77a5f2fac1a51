"""The Python form: what the operators refuse, and that the refusal shows what to write."""

import math
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest

from privdomain.errors import RuleError, RuleTypeError
from privdomain.money import Money
from privdomain.rules import MAX_SIZE, Field, Rule, all_of, any_of, field, parse_rule


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda a, b: a == 1 and b == 2, "write & for and"),
        (lambda a, b: a == 1 or b == 2, "| for or"),
        (lambda a, b: not (a == 1), "~ for not"),  # noqa: SIM201
        (lambda a, b: 1 < a < 3, "between(low, high)"),
        (lambda a, b: a in [1, 2], "is_in([...])"),
        (lambda a, b: bool(a), "has no truth value"),
        (lambda a, b: a == 1 & b == 2, "put each comparison in parentheses"),
        (lambda a, b: a & b, "put each comparison in parentheses"),
        (lambda a, b: ~a, "put each comparison in parentheses"),
        (lambda a, b: (a == 1) & True, "not a rule and bool"),
        (
            lambda a, b: (a == 1) & 5,
            'put each comparison in parentheses: (field("a") == 1) & (field("b") == 2)',
        ),
        (
            lambda a, b: (a == 1) | "x == 1",
            'not a rule and str; a rule text is read first: | parse_rule("b == 2")',
        ),
        (lambda a, b: (a == 1) & "x == 1", '& parse_rule("b == 2")'),
        (lambda a, b: a == Money(100, "CNY"), "write the amount's .minor"),
        (lambda a, b: a == Fraction(1, 2), "not Fraction"),
        (lambda a, b: a == np.datetime64("2026-01-01"), "not datetime64"),
        (lambda a, b: a == np.uint64(2**63), "64 bits"),
        (lambda a, b: a > np.True_, "have no order"),
        (lambda a, b: a == b, "a field is compared with a value"),
        (lambda a, b: a == None, "is_missing()"),  # noqa: E711
        (lambda a, b: a == Decimal(1), "minor units as an int"),
        (lambda a, b: a == 2**63, "64 bits"),
        (lambda a, b: a.is_in([math.nan]), "is_missing()"),
        (lambda a, b: a < float("inf"), "inf is no constant"),
        (lambda a, b: a == datetime(2026, 1, 1), "has no time zone"),
        (lambda a, b: a == [1], "not list"),
        (lambda a, b: a == "\ud83d", "surrogate"),
        (lambda a, b: a.is_in("abc"), "takes a list of values"),
        (lambda a, b: a.is_in([]), "an empty list"),
        (lambda a, b: a.is_in([1, "x"]), "mixes int and string"),
        (lambda a, b: a.is_in([date(2026, 1, 1), 1]), "mixes date and int"),
        (lambda a, b: a.between(3, 1), "the smaller bound comes first"),
        (lambda a, b: a.between(1, "x"), "mixes"),
        (lambda a, b: a > True, "have no order"),
        (lambda a, b: a.between(False, True), "have no order"),
        (lambda a, b: a.contains(5), "takes a string, not int"),
        (lambda a, b: field(""), "at least one character"),
        (lambda a, b: field(5), "at least one character"),
        (lambda a, b: all_of([]), "at least one clause"),
        (lambda a, b: any_of(["a == 1"]), 'any_of([parse_rule("b == 2"), …])'),
        (lambda a, b: all_of([a == 1, "b == 2"]), "all_of joins rules, not str; a rule text is read first"),
        (lambda a, b: all_of([a == 1, 5]), 'all_of([field("a") == 1, field("b") == 2])'),
        (lambda a, b: a.is_in(range(MAX_SIZE)), "at most 100,000"),
        (lambda a, b: all_of([a.is_in(range(60_000)), b.is_in(range(60_000))]), "more than 100,000"),
    ],
)
def test_what_is_refused_and_what_to_write(ask, said):
    """One RuleError whose sentence holds the remedy."""
    with pytest.raises(RuleError) as caught:
        ask(field("a"), field("b"))
    assert said in str(caught.value)


def test_nesting_is_bounded():
    """Python's own operators stop at the depth limit."""
    with pytest.raises(RuleError, match="nested more than 64 levels"):
        reduce(lambda rule, _: ~rule, range(100), field("a") == 1)


def test_kinds_mix_only_when_a_rule_runs():
    """A field compared with two kinds is named when the rule is first used, before any value is seen."""
    rule = (field("a") == 1) | (field("a") == "x")
    for run in (rule.matches, rule.explain):
        with pytest.raises(RuleTypeError, match="a: is compared with int or float and with string"):
            run({})


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [
        (np.int64(5), 5), (np.int8(-3), -3), (np.uint64(2**62), 2**62), (np.float64(2.5), 2.5), (np.float32(0.5), 0.5),
        (np.True_, True), (np.False_, False), (np.str_("x"), "x"), (IntEnum("Level", "LOW").LOW, 1),
    ],
)  # fmt: skip
def test_scalars_of_numpy_are_the_plain_values(scalar, plain):
    """What comes out of an array is the constant of its kind, in the tree as in every written form."""
    rule = field("a") == scalar
    (one,) = rule.node.constants
    assert rule == (field("a") == plain)
    assert type(one.value) is type(plain)
    assert Rule.from_json(rule.to_json()) == parse_rule(rule.to_text()) == rule


def test_a_set_has_one_order():
    """Values from a set are sorted: the same rule is the same text in every process."""
    assert field("a").is_in({"c", "a", "b"}).to_text() == 'a in ["a", "b", "c"]'
    assert field("a").is_in({3, 1, 2}).to_text() == "a in [1, 2, 3]"
    assert field("a").is_in({np.int64(10), np.int64(9)}).to_text() == "a in [9, 10]"


def test_shown_as_text():
    """repr is short, str is whole, fields are sorted."""
    rule = all_of(field(f"field_{number:03}") == number for number in reversed(range(100)))
    assert len(repr(rule)) < 220
    assert rule.fields == tuple(sorted(f"field_{number:03}" for number in range(100)))
    assert repr(field("a")) == "field('a')"
    assert isinstance(field("a"), Field)
    assert isinstance(rule, Rule)


def test_a_rule_is_frozen():
    """Neither the rule nor its tree can be changed."""
    rule = field("a") == 1
    with pytest.raises(AttributeError):
        rule.node = None
    with pytest.raises(AttributeError):
        rule.node.field = "b"
