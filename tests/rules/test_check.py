"""check(): a rule against fields and kinds, before anything runs."""

import pytest

from privdomain.errors import RuleError, RuleTypeError
from privdomain.frames.schema import Kind
from privdomain.rules import field, parse_rule

KINDS = {
    "n": Kind.INT,
    "x": Kind.FLOAT,
    "s": Kind.STRING,
    "flag": Kind.BOOL,
    "day": Kind.DATE,
    "at": Kind.INSTANT,
    "raw": Kind.OTHER,
}


@pytest.mark.parametrize(
    "text",
    [
        "n > 1",
        "n > 1.5",
        "x > 1",
        's contains "x"',
        "flag == true",
        'day == date("2026-11-11")',
        'at > instant("2026-11-11T00:00:00Z")',
        "raw is missing",
    ],
)
def test_what_fits(text):
    """int and float go together, every other kind with itself; missing can be asked of anything."""
    parse_rule(text).check(KINDS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('n == "1"', "n: is int; expected string"),
        ("s == 1", "s: is string; expected int or float"),
        ("flag == 1", "flag: is bool; expected int or float"),
        ("n == true", "n: is int; expected bool"),
        ('at > date("2026-11-11")', "at: is instant; expected date"),
        ("raw == 1", "raw: is other; expected int or float; cast the column to what a rule can compare"),
    ],
)
def test_what_does_not_fit(text, said):
    """The field, its kind, and the kind of its constant."""
    with pytest.raises(RuleTypeError, match=said):
        parse_rule(text).check(KINDS)


def test_all_problems_at_once():
    """Missing fields (with the nearest name) and wrong kinds in one error."""
    rule = (field("m") == 1) & (field("dya") == "x") & (field("s") == 1)
    with pytest.raises(RuleTypeError) as caught:
        rule.check(KINDS)
    assert [str(problem) for problem in caught.value.problems] == [
        "m: no such column",
        "dya: no such column, did you mean 'day'?",
        "s: is string; expected int or float",
    ]
    with pytest.raises(RuleError, match="m: no such column"):
        (field("m") == 1).check(KINDS)
