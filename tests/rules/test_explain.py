"""explain(row): the clauses that decided, with the values seen, in English and Chinese."""

from datetime import date

import pytest

from privdomain.errors import ArgumentError
from privdomain.rules import Clause, parse_rule

RULE = (
    'spend >= 20000 and (city in ["上海", "杭州"] or vip == true) and not last_refund_on > date("2026-10-01")'
)


@pytest.mark.parametrize(
    ("row", "matches", "decided"),
    [
        ({"spend": 35_000, "city": "上海", "vip": False}, True, ["spend", "city", "last_refund_on"]),
        ({"spend": 35_000, "city": "苏州", "vip": True}, True, ["spend", "vip", "last_refund_on"]),
        ({"spend": 35_000, "city": "苏州"}, False, ["city", "vip"]),
        (
            {"spend": 100, "city": "上海", "last_refund_on": date(2026, 11, 1)},
            False,
            ["spend", "last_refund_on"],
        ),
    ],
)
def test_the_clauses_that_decided(row, matches, decided):
    """Of and: all when it holds, the failing ones when not; of or the other way round; not looks through."""
    why = parse_rule(RULE).explain(row)
    assert (why.matches, [clause.field for clause in why.decided]) == (matches, decided)


def test_a_clause_says_what_it_saw():
    """A frozen record of the test, the value, and the side it spoke for."""
    why = parse_rule('not (city == "上海")').explain({})
    assert why.decided == (Clause('city == "上海"', "city", None, holds=False, inverted=True),)
    assert why.decided[0].missing
    with pytest.raises(AttributeError):
        why.matches = False


def test_read_in_english_and_chinese():
    """Both texts, one line per deciding clause."""
    why = parse_rule(RULE).explain({"spend": 35_000, "city": "苏州"})
    assert (
        why.text()
        == str(why)
        == (
            f"does not match: {RULE}\n"
            '  ✗ city in ["上海", "杭州"]  (city is "苏州")\n'
            "  ✗ vip == true  (vip is missing)"
        )
    )
    assert why.text("zh") == (
        f'不符合：{RULE}\n  ✗ city in ["上海", "杭州"]（city 为 "苏州"）\n  ✗ vip == true（vip 缺失）'
    )
    good = parse_rule('not day == date("2026-11-11") and ok == true').explain(
        {"day": date(2026, 11, 10), "ok": True}
    )
    assert good.text() == (
        'matches: not day == date("2026-11-11") and ok == true\n'
        '  ✓ not day == date("2026-11-11")  (day is 2026-11-10)\n'
        "  ✓ ok == true  (ok is true)"
    )


def test_other_languages_are_named():
    """An unknown language lists the known."""
    with pytest.raises(ArgumentError, match="en, zh"):
        parse_rule("a == 1").explain({}).text("fr")
