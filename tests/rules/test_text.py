"""The text form: what is read, and what every mistake is told, with line, column and the right word."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.errors import RuleError, RuleSyntaxError, RuleTypeError
from privdomain.rules import MAX_DEPTH, MAX_TEXT, all_of, any_of, field, parse_rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("spend >= 20_000", field("spend") >= 20_000),
        ("a==-1.5e3", field("a") == -1500.0),
        ('城市 == "上海"', field("城市") == "上海"),
        ("`365天 花费` > 0", field("365天 花费") > 0),
        (r"`back\`tick` > 0", field("back`tick") > 0),
        ("`and` == true", field("and") == True),  # noqa: E712
        ("order.city is missing", field("order.city").is_missing()),
        ("a is not missing", field("a").is_not_missing()),
        (r"""a == "say \"hi\" \n \u4E0A \u{1F600} \\ 100%" """, field("a") == 'say "hi" \n 上 😀 \\ 100%'),
        ("a == 'single \"quotes\"'", field("a") == 'single "quotes"'),
        (
            'a in ["x", "y"] and b not in [1, 2.5]',
            all_of([field("a").is_in(["x", "y"]), field("b").not_in([1, 2.5])]),
        ),
        ("a between 1 and 3 and b == 2", all_of([field("a").between(1, 3), field("b") == 2])),
        ("a not between 1 and 3", field("a").not_between(1, 3)),
        (
            't contains "%" or t starts_with "_"',
            any_of([field("t").contains("%"), field("t").starts_with("_")]),
        ),
        ('t not contains "x"', field("t").not_contains("x")),
        ('t not starts_with "x"', field("t").not_starts_with("x")),
        (
            't ends_with "x" or t not ends_with "y"',
            any_of([field("t").ends_with("x"), field("t").not_ends_with("y")]),
        ),
        ('date == date("2026-11-11")', field("date") == date(2026, 11, 11)),
        ('at < instant("2026-11-11T00:00:00+08:00")', field("at") < datetime(2026, 11, 10, 16, tzinfo=UTC)),
        ('at < instant("2026-11-11T00:00Z")', field("at") < datetime(2026, 11, 11, tzinfo=UTC)),
        ("a == 1 or b == 2 and not c == 3", (field("a") == 1) | ((field("b") == 2) & ~(field("c") == 3))),
        ("not not a == 1", ~~(field("a") == 1)),
        ("not\n  (a == 1\n   or b == 2)", ~((field("a") == 1) | (field("b") == 2))),
        ("missing_since == 1", field("missing_since") == 1),
    ],
)
def test_what_is_read(text, rule):
    """Text on the left is the rule on the right."""
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "the rule is empty"),
        ("   ", 1, "the rule is empty"),
        ("spend >= 100 && city == 1", 14, "&& is not written in a rule; expected and"),
        ("spend >= 100 || city == 1", 14, "expected or"),
        ("spend = 100", 7, "= is not written in a rule; expected =="),
        ("spend === 100", 7, "expected =="),
        ("spend => 100", 7, "expected >="),
        ("spend <> 100", 7, "expected !="),
        ("spend ≥ 100", 7, "expected >="),
        ("spend > 100 AND city == 1", 13, "found 'AND', did you mean 'and'?"),
        ("spend > 100 且 city == 1", 13, "did you mean 'and'?"),
        ("NOT spend > 100", 5, "found 'spend'"),
        ("!(spend > 100)", 1, "expected not"),
        ("（spend > 100)", 1, "（ is not written in a rule; expected ("),
        ("city == “上海”", 9, 'expected "'),
        ("city == 上海", 9, "text stands in quotes"),
        ("city == other", 9, "a field is not compared with a field"),
        ("city == null", 9, "did you mean 'is missing'?"),
        ("city is null", 9, "expected is missing or is not missing"),
        ("city is", 8, "the rule ends here; expected is missing"),
        ("city like 'a%'", 6, "did you mean 'contains'?"),
        ("city startswith 'a'", 6, "did you mean 'starts_with'?"),
        ("city contain 'a'", 6, "did you mean 'contains'?"),
        ("city contains 5", 1, "takes a string, not int"),
        ("city not == 5", 10, "expected in, between, contains"),
        ("vip and city == 1", 5, "a true-or-false field is asked by == true"),
        ("vip", 4, "a true-or-false field is asked by == true"),
        ("vip > true", 1, "true and false have no order"),
        ("20000 <= spend", 1, "the field first"),
        ("1 < x", 1, "the field first"),
        ("x < 1 < 3", 7, "x between 1 and 3"),
        ('"city" == "x"', 1, "`city`"),
        ("365d > 1", 1, "a field's name that begins with a digit stands in backticks"),
        ("x == 1_000_", 6, "is no number"),
        ("x == 007", 6, 'quotes around an id: "007"'),
        ("x == 1.", 6, "is no number"),
        ("x == 9223372036854775808", 6, "64 bits"),
        ("x == 123456789012345678901234567890", 6, "longer ids are strings"),
        ("x == 1e999", 6, "inf is no constant"),
        ("day == 2026-11-11", 8, 'date("2026-11-11")'),
        ('day == date("2026-02-30")', 13, "a day that does not exist"),
        ('day == date("2026/02/03")', 13, "is no date; expected 2026-11-11"),
        ("day == date(2026)", 13, 'date("2026-11-11")'),
        ('at == instant("2026-11-11T00:00:00")', 15, "the zone included"),
        ('at == instant("2026-11-11T00:00:00.1234567Z")', 15, "is no instant"),
        ('at == instant("2026-11-11T25:00:00Z")', 15, "a time that does not exist"),
        ("x in 1, 2", 6, "expected a list"),
        ("x in (1, 2)", 6, "expected a list"),
        ("x in []", 7, "at least one value"),
        ("x in [1, 2", 11, "a comma or the closing bracket"),
        ('x in [1, "a"]', 1, "mixes int and string"),
        ("x between 3 and 1", 1, "the smaller bound comes first"),
        ("x between 1, 3", 12, "expected and"),
        ("(x == 1", 8, "a closing parenthesis"),
        ("x == 1)", 7, "this parenthesis closes nothing; expected an opening one before it"),
        ("x >= 20,000", 6, "digits are not grouped by commas; expected 20_000"),
        ("x >= 1,234,567 and y == 1", 6, "expected 1_234_567"),
        ("x between 1,000 and 2,000", 11, "expected 1_000"),
        ("x between -2,000 and 1", 11, "expected -2_000"),
        ("x in [20,000]", 7, "expected 20_000"),
        ("x == 20, y", 8, "found ','"),
        ("x == 1 y == 2", 8, "expected and, or, or the end"),
        ("x == 1 and", 11, "the rule ends here; expected a field"),
        ('x == "abc', 6, "this string is not closed"),
        ("`abc == 1", 1, "this field name is not closed"),
        (r'x == "\d"', 7, r"\d is no escape"),
        (r'x == "\uD83D"', 7, "half a character"),
        (r'x == "\u{110000}"', 7, "half a character or none"),
        ("x == 1 ; y == 2", 8, "';' has no meaning here"),
        ("x == 1 and\n(y == 2 or\n z = 3)", 4, "line 3, column 4"),
    ],
)
def test_every_mistake_has_a_place_and_a_remedy(text, column, said):
    """Line, column, what is wrong, what would be right."""
    with pytest.raises(RuleSyntaxError) as caught:
        parse_rule(text)

    assert said in str(caught.value)
    assert caught.value.column == column
    assert caught.value.line == text.count("\n") + 1  # the mistakes above are on the last line


def test_the_caret_stands_under_wide_characters():
    """Chinese characters take two columns on a terminal; the caret knows."""
    with pytest.raises(RuleSyntaxError) as caught:
        parse_rule('城市 == "上海" && x == 1')
    _, shown, caret = str(caught.value).split("\n")
    assert shown == '  城市 == "上海" && x == 1'
    assert caret == "  " + " " * 15 + "^"


def test_long_lines_are_cut_around_the_place():
    """An error in a long rule shows its neighbourhood."""
    text = " and ".join(f"field_{number} == {number}" for number in range(50)) + " && x == 1"
    with pytest.raises(RuleSyntaxError) as caught:
        parse_rule(text)
    _, shown, caret = str(caught.value).split("\n")
    assert len(shown) < 110
    assert shown[len(caret) - 1 :].startswith("&&")


def test_misspelt_fields():
    """With the fields known, a misspelt one is an error with the nearest name."""
    with pytest.raises(RuleSyntaxError, match="column 14: there is no field 'ctiy'; expected 'city'"):
        parse_rule('spend > 1 or ctiy == "x"', fields=["spend", "city"])
    with pytest.raises(RuleSyntaxError, match="expected one of city, spend"):
        parse_rule("zzz == 1", fields=["spend", "city"])
    assert parse_rule("spend > 1", fields=["spend", "city"]) == (field("spend") > 1)


def test_known_kinds():
    """With the kinds known, constants of another kind are errors, all at once."""
    kinds = {"spend": "int", "city": "string"}
    with pytest.raises(RuleTypeError) as caught:
        parse_rule('spend == "x" and city == 5', fields=kinds)
    assert [problem.path for problem in caught.value.problems] == ["spend", "city"]
    assert parse_rule("spend > 1.5", fields=kinds) == (field("spend") > 1.5)


@pytest.mark.parametrize(
    ("text", "fields", "line", "column", "said"),
    [
        ("spend >= 1 and\n  city > 5", {"city": "string", "spend": "int"}, 2, 3, ["city: is string (line 2, column 3); expected int or float"]),
        ('city == 1 and city == "a"', None, 1, 15, ["city: is compared with int or float and with string (line 1, column 15)"]),
        ('city == 1 and city == "a"', {"city": "string"}, 1, 1, ["city: is compared with int or float and with string (line 1, column 1)"]),
        (
            'not (a is missing or b == "x")\nor (城市 == "上海" and a > true_since)'.replace("true_since", "1"),
            {"a": "bool", "b": "int", "城市": "string"}, 1, 22,
            ["a: is bool (line 2, column 20); expected int or float", "b: is int (line 1, column 22); expected string"],
        ),
        ('a in [1, 2] and raw == "x"', {"a": "float", "raw": "other"}, 1, 17, ["raw: is other (line 1, column 17); expected string; cast the column to what a rule can compare"]),
    ],
)  # fmt: skip
def test_kind_errors_have_a_place(text, fields, line, column, said):
    """A comparison with the wrong kind is shown where it stands, the first of several under a caret."""
    with pytest.raises(RuleTypeError) as caught:
        parse_rule(text, fields=fields)
    error = caught.value
    assert (error.line, error.column, error.path) == (line, column, "")
    assert sorted(map(str, error.problems)) == said
    head, shown, caret, *_ = str(error).split("\n")
    assert head == f"line {line}, column {column}: a field is compared with what it is not"
    assert shown == "  " + text.split("\n")[line - 1]
    assert caret == "  " + " " * (column - 1) + "^"


def test_one_field_has_one_kind():
    """A field compared with a string and a number is refused when the rule is read."""
    with pytest.raises(RuleTypeError, match="a: is compared with string and with int or float"):
        parse_rule('a == "x" or a == 1')


@pytest.mark.parametrize("opening", ["(", "not ", "not ("])
def test_depth_is_bounded(opening):
    """Nesting beyond the bound is an error that names it, however deep: no RecursionError."""
    for levels in (MAX_DEPTH, 100_000):
        with pytest.raises(RuleSyntaxError, match=f"nested more than {MAX_DEPTH} levels deep"):
            parse_rule(opening * levels + "x == 1")
    assert parse_rule("(" * (MAX_DEPTH - 1) + "x == 1" + ")" * (MAX_DEPTH - 1)) == (field("x") == 1)


def test_length_is_bounded():
    """A text beyond the bound is refused before it is read; a rule beyond the size names that limit."""
    with pytest.raises(RuleSyntaxError, match="5,000,000 characters"):
        parse_rule("x == 1" + " " * MAX_TEXT)
    with pytest.raises(RuleSyntaxError, match="more than 100,000 tests and values"):
        parse_rule(" or ".join(["x == 1"] * 50_001))


def test_not_a_text():
    """Bytes and None are named."""
    with pytest.raises(RuleError, match="a rule text is a string, not NoneType"):
        parse_rule(None)


@settings(max_examples=300, deadline=None)
@given(
    st.text()
    | st.lists(
        st.sampled_from(
            [
                "a",
                '"x"',
                "1",
                "and",
                "or",
                "not",
                "(",
                ")",
                "[",
                "]",
                ",",
                "in",
                "between",
                "is",
                "missing",
                "==",
                "<",
                "true",
                "date",
                "contains",
                "\\",
                "`",
                "'",
                "-",
                "&&",
                "。",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_is_a_rule_or_a_located_error(text):
    """Whatever is typed: a rule, or an error with a place inside the text. Nothing else."""
    rule = place = None
    try:
        rule = parse_rule(text)
    except RuleSyntaxError as error:
        place = error.line, error.column
    except RuleTypeError:
        return
    if rule is None:
        assert 1 <= place[0] <= text.count("\n") + 1
        assert 1 <= place[1] <= len(text) + 1
    else:
        assert parse_rule(rule.to_text()) == rule
