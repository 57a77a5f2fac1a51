"""Three written forms of one tree: Python, text and JSON, with exact round trips, and what the tree itself promises."""

import json
import pickle
from copy import deepcopy

import jsonschema
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.rules import MAX_DEPTH, Rule, RuleSet, all_of, any_of, field, parse_rule, rule_json_schema
from tests.rules.strategies import in_python, rules

SCHEMA = jsonschema.Draft202012Validator(rule_json_schema())


@settings(max_examples=200, deadline=None)
@given(rules)
def test_text_round_trip(rule):
    """Printing and parsing gives an equal rule, and printing that gives the same text."""
    text = rule.to_text()
    assert parse_rule(text) == rule
    assert parse_rule(text).to_text() == text == str(rule)


@settings(max_examples=200, deadline=None)
@given(rules)
def test_json_round_trip(rule):
    """The JSON document, as text and as objects, gives an equal rule."""
    assert Rule.from_json(rule.to_json()) == rule
    assert Rule.from_json(rule.to_json().encode()) == rule
    assert Rule.from_json(rule.to_dict()) == rule
    assert Rule.from_json(rule.to_json()).to_json() == rule.to_json()


@settings(max_examples=100, deadline=None)
@given(rules)
def test_python_round_trip(rule):
    """What the operators build is the tree that was parsed."""
    built = in_python(parse_rule(rule.to_text()).node)
    assert built == rule == Rule.from_json(built.to_dict())


@settings(max_examples=100, deadline=None)
@given(rules)
def test_documents_fit_the_published_schema(rule):
    """The JSON Schema accepts every document that is written."""
    SCHEMA.validate(rule.to_dict())


@settings(max_examples=100, deadline=None)
@given(rules, rules)
def test_equal_by_structure(rule, other):
    """Equal structure, equal rule and hash; copies and pickles are equal and still run."""
    assert (rule == other) is (rule.to_text() == other.to_text())
    for copy in (pickle.loads(pickle.dumps(rule)), deepcopy(rule)):
        assert copy == rule
        assert hash(copy) == hash(rule)
    rule.matches({})
    assert pickle.loads(pickle.dumps(rule)).matches({}) is rule.matches({})
    together = RuleSet({"r": rule})
    assert pickle.loads(pickle.dumps(together)).matching({}) == together.matching({})
    assert pickle.loads(pickle.dumps(together)) == together


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (field("a") == 1, field("a") == True),  # noqa: E712
        (field("a") == 1, field("a") == 1.0),
        (field("a") == "1", field("a") == 1),
        (field("a") == 0, field("a") == False),  # noqa: E712
        (field("a") != 1, ~(field("a") == 1)),
    ],
)
def test_look_alikes_differ(one, other):
    """1, 1.0, true and "1" are four constants, != and not == two rules."""
    assert one != other
    assert len({one, other}) == 2


def test_flat_and_canonical():
    """and/or are flat, zones and the sign of zero do not make another rule."""
    a, b, c = (field(name) == 1 for name in "abc")
    assert a & (b & c) == (a & b) & c == all_of([a, b, c]) == parse_rule("((a == 1 and (b == 1 and c == 1)))")
    assert a | (b | c) == any_of([a, b, c])
    assert (a & b) | c != a & (b | c)
    assert all_of([a]) == a
    assert parse_rule('x == instant("2026-11-11T00:00:00+08:00")') == parse_rule(
        'x == instant("2026-11-10T16:00:00Z")'
    )
    assert (field("x") == -0.0).to_text() == "x == 0.0"


@given(st.integers(-(2**63), 2**63 - 1))
def test_javascript_cannot_round_numbers(number):
    """What JavaScript would round is text in JSON; both forms are read."""
    document = (field("n") == number).to_dict()
    value = document["rule"]["value"]
    assert isinstance(value, dict) is (abs(number) > 2**53 - 1)
    assert Rule.from_json(
        {"schema": "rule/1", "rule": {"field": "n", "op": "==", "value": number}}
    ) == Rule.from_json(document)


def test_breadth_is_cheap_and_depth_bounded():
    """10,000 clauses by &, text and JSON; the depth limit is the same in all forms, and reachable."""
    rule = field("n") == 0
    for number in range(1, 10_000):
        rule |= field("n") == number
    assert parse_rule(rule.to_text()) == rule == Rule.from_json(rule.to_json())
    assert hash(rule) == hash(parse_rule(rule.to_text()))

    deep = field("n") == 1
    for _ in range((MAX_DEPTH - 1) // 2):
        deep = ~(deep & (field("m") == 1))
    assert parse_rule(deep.to_text()) == deep == Rule.from_json(deep.to_json())
    assert deep.matches({"n": 1}) in (True, False)
    assert deep.explain({"n": 1}).matches is deep.matches({"n": 1})


def test_pydantic_models_hold_rules():
    """A policy's field takes text, document or rule, is written as text, and its errors are pydantic's."""

    class Policy(pydantic.BaseModel):
        when: Rule

    expected = field("spend") >= 100
    for given_ in ("spend >= 100", expected, expected.to_dict()):
        policy = Policy.model_validate({"when": given_})
        assert policy.when == expected
        assert json.loads(policy.model_dump_json()) == {"when": "spend >= 100"}
    with pytest.raises(pydantic.ValidationError, match="line 1, column 7"):
        Policy.model_validate({"when": "spend = 100"})
    assert "anyOf" in Policy.model_json_schema()["properties"]["when"]
    assert Policy.model_json_schema(mode="serialization")["properties"]["when"]["type"] == "string"
