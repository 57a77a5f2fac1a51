"""The JSON form: every error of a document has a path and says what would be right, and all come at once."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.errors import RuleError, RuleSyntaxError, RuleTypeError
from privdomain.rules import MAX_DEPTH, Op, Rule, field, rule_json_schema


def document(node):
    return {"schema": "rule/1", "rule": node}


def problems(given_, **options):
    with pytest.raises(RuleSyntaxError) as caught:
        Rule.from_json(given_, **options)
    assert caught.value.path == caught.value.problems[0].path
    return [(problem.path, problem.problem, problem.expected) for problem in caught.value.problems]


CITY = {"field": "city", "op": "==", "value": "上海"}


@pytest.mark.parametrize(
    ("given_", "path", "problem"),
    [
        ([], "$", "is an empty list"),
        ({"rule": CITY}, "$.schema", "is null"),
        ({"schema": "rule/2", "rule": CITY}, "$.schema", 'is "rule/2"'),
        ({"schema": "rule/1"}, "$.rule", "is missing"),
        ({**document(CITY), "extra": 1}, "$.extra", "is no key of this object"),
        (document("city == 1"), "$.rule", 'is "city == 1"'),
        (document({}), "$.rule", "has nothing"),
        (document({"all": [CITY], "any": [CITY]}), "$.rule", "has 'all' and 'any'"),
        (document({"al": [CITY]}), "$.rule", "has 'al'"),
        (document({"all": []}), "$.rule.all", "is an empty list"),
        (document({"all": CITY}), "$.rule.all", "is an object with field, op, value"),
        (document({"any": [CITY, {"not": {"all": [7]}}]}), "$.rule.any[1].not.all[0]", "is a number"),
        (document({"field": 5, "op": "==", "value": 1}), "$.rule.field", "is a number"),
        (document({"field": "", "op": "==", "value": 1}), "$.rule.field", 'is ""'),
        (document({"field": "a", "op": "=", "value": 1}), "$.rule.op", 'is "="'),
        (document({"field": "a", "value": 1}), "$.rule.op", "is null"),
        (document({"field": "a", "op": "=="}), "$.rule.value", "is missing"),
        (document({"field": "a", "op": "==", "value": None}), "$.rule.value", "is null"),
        (document({"field": "a", "op": "==", "value": [1]}), "$.rule.value", "is a list"),
        (document({"field": "a", "op": "==", "values": [1]}), "$.rule.values", "is no key of this object"),
        (document({"field": "a", "op": "in", "values": 1}), "$.rule.values", "is a number"),
        (document({"field": "a", "op": "in", "values": []}), "$.rule", "an empty list"),
        (document({"field": "a", "op": "in", "values": [1, {}]}), "$.rule.values[1]", "is an object with nothing in it"),
        (document({"field": "a", "op": "in", "values": [1, "x"]}), "$.rule", "mixes int and string"),
        (document({"field": "a", "op": "between", "values": [1]}), "$.rule", "takes 2 value(s), not 1"),
        (document({"field": "a", "op": "is missing", "value": 1}), "$.rule.value", "is no key of this object"),
        (document({"field": "a", "op": "==", "value": {"date": "2026-02-30"}}), "$.rule.value", "does not exist"),
        (document({"field": "a", "op": "==", "value": {"date": 5}}), "$.rule.value", "is an object with date"),
        (document({"field": "a", "op": "==", "value": {"time": "x"}}), "$.rule.value", "is an object with time"),
        (document({"field": "a", "op": "==", "value": {"int": "1e5"}}), "$.rule.value", "no whole number"),
        (document({"field": "a", "op": "==", "value": 2**63}), "$.rule.value", "64 bits"),
        (document({"field": "a", "op": "==", "value": float("nan")}), "$.rule.value", "nan is no constant"),
    ],
)  # fmt: skip
def test_every_mistake_has_its_path(given_, path, problem):
    """The path of the wrong place, and what is wrong there."""
    found = problems(given_)
    assert found[0][0] == path
    assert problem in found[0][1]


def test_all_mistakes_come_at_once():
    """One error names every wrong place."""
    node = {
        "all": [
            {"field": "a", "op": "contain", "value": 1},
            CITY,
            {"not": {"field": "b", "op": "in"}},
            {"field": "ctiy", "op": "==", "value": {}},
        ]
    }
    assert problems(document(node), fields=["city", "a", "b"]) == [
        ("$.rule.all[0].op", 'is "contain"', "'contains'"),
        ("$.rule.all[2].not.values", "is missing", "a list of values"),
        ("$.rule.all[3].field", "there is no field 'ctiy'", "'city'"),
        (
            "$.rule.all[3].value",
            "is an object with nothing in it",
            'text, a number, true, false, {"date": …}, {"instant": …} or {"int": …}',
        ),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schema": ', "line 1, column 12: this is not JSON"),
        (
            '{"schema": "rule/1", "rule": {"field": "a", "op": "==", "value": NaN}}',
            "NaN is no number of JSON",
        ),
        ('{"rule": {}, "rule": {}}', "a key stands twice"),
        (b"\xff\xfe{", "not JSON"),
        ("[" * 100_000, "nested more than"),
        (
            '{"schema": "rule/1", "rule": {"field": "a", "op": "==", "value": ' + "9" * 10_000 + "}}",
            "64 bits",
        ),
    ],
)
def test_text_that_is_no_document(text, said):
    """Broken JSON is an error of the rule, with a place, never of the JSON library."""
    with pytest.raises(RuleSyntaxError) as caught:
        Rule.from_json(text)
    assert said in str(caught.value)
    assert caught.value.path.startswith("$")


def test_depth_is_bounded():
    """Nested objects beyond the bound are named, decoded or not."""
    node = CITY
    for _ in range(MAX_DEPTH):
        node = {"not": node}
    assert f"nested more than {MAX_DEPTH} levels" in problems(document(node))[0][1]
    assert f"nested more than {MAX_DEPTH} levels" in problems(json.dumps(document(node)))[0][1]


def test_fields_with_kinds():
    """Known kinds are compared, as for text."""
    with pytest.raises(RuleTypeError, match=r"city: is int \(\$.rule\); expected string"):
        Rule.from_json(document(CITY), fields={"city": "int"})
    assert Rule.from_json(document(CITY), fields={"city": "string"}) == (field("city") == "上海")


def test_kind_errors_have_a_path():
    """A comparison with the wrong kind is named by its path, however deep it stands."""
    node = {
        "any": [
            {"field": "n", "op": ">", "value": 1},
            {"not": {"all": [CITY, {"field": "n", "op": "==", "value": "x"}]}},
        ]
    }
    for fields, where in (
        (None, "$.rule.any[1].not.all[1]"),
        ({"n": "string", "city": "string"}, "$.rule.any[0]"),
    ):
        with pytest.raises(RuleTypeError) as caught:
            Rule.from_json(document(node), fields=fields)
        assert caught.value.path == where
        assert str(caught.value).startswith(where)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["a", "==", "in", "2026-11-11"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["schema", "rule", "all", "any", "not", "field", "op", "value", "values", "date"]), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_json)
def test_any_document_is_a_rule_or_an_error_with_a_path(node):
    """Whatever arrives: a rule the schema accepts, or an error with paths. What the schema refuses is refused."""
    accepted = jsonschema.Draft202012Validator(rule_json_schema()).is_valid(document(node))
    rule = path = None
    try:
        rule = Rule.from_json(document(node))
    except RuleSyntaxError as error:
        path = error.path
    except RuleTypeError:
        return
    if rule is None:
        assert path.startswith("$")
    else:
        assert accepted
        assert Rule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        ("=", "'=='"), ("===", "'=='"), ("<>", "'!='"), ("≠", "'!='"), ("=<", "'<='"), ("eq", "'=='"), ("EQ", "'=='"),
        ("neq", "'!='"), ("gt", "'>'"), ("gte", "'>='"), ("lte", "'<='"), ("nin", "'not in'"), ("not_in", "'not in'"),
        ("大于", "'>'"), ("is_null", "'is missing'"), ("like", "'contains'"), ("startswith", "'starts_with'"),
        ("starts_wth", "'starts_with'"), ("&&", ", ".join(Op)), (None, ", ".join(Op)), (5, ", ".join(Op)),
    ],
)  # fmt: skip
def test_operations_of_other_languages(op, expected):
    """A sign or word that means an operation elsewhere is answered by what it means, not by its letters."""
    ((path, _, said),) = problems(document({"field": "a", "op": op, "value": 1}))
    assert (path, said) == ("$.rule.op", expected)


def test_an_unknown_operation_lists_the_known_ones():
    """Where nothing is near, all are named."""
    ((_, _, expected),) = problems(document({"field": "a", "op": "regex", "value": "x"}))
    assert "starts_with" in expected
    with pytest.raises(RuleError):
        Rule.from_json(None)
