"""`Dated`: which value is in force."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from privdomain.calendar import Dated
from privdomain.errors import ArgumentError

T0 = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (T0, "first"),
        (T0 + timedelta(days=10) - timedelta(microseconds=1), "first"),
        (T0 + timedelta(days=10), "second"),
        (T0 + timedelta(days=4000), "second"),
    ],
)
def test_an_entry_holds_until_the_next_one(moment, expected):
    """From its own moment, included, to the next one's, excluded."""
    dated = Dated([(T0, "first"), (T0 + timedelta(days=10), "second")])

    assert dated.at(moment) == expected


def test_before_the_first_entry_nothing_is_in_force():
    """That is an error and not the first value."""
    with pytest.raises(ArgumentError, match="nothing is in force at 2025-12-31T23:59:59"):
        Dated([(T0, 1)]).at(T0 - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([], "at least one entry"),
        ([(T0, 1), (T0, 2)], r"entries\[1\].*repeats"),
        (
            [(T0 + timedelta(1), 1), (T0, 2), (T0, 3)],
            r"entries\[1\].*comes after a later(.|\n)*entries\[2\].*repeats",
        ),
        ([(datetime(2026, 1, 1), 1)], "entry 0 2026-01-01T00:00:00 is naive"),
    ],
)
def test_entries_out_of_order_are_refused_all_at_once(entries, says):
    """Every wrong place is named."""
    with pytest.raises(ArgumentError, match=says):
        Dated(entries)


def test_days_begin_in_their_zone():
    """A limit of 12 June 2023 holds from midnight in Shanghai."""
    limit = Dated.by_day([(date(2022, 1, 1), 4), (date(2023, 6, 12), 30)])

    assert [since.isoformat() for since, _ in limit] == [
        "2021-12-31T16:00:00+00:00",
        "2023-06-11T16:00:00+00:00",
    ]
    assert len(limit) == 2


@given(
    days=st.lists(st.integers(0, 5000), min_size=1, max_size=30, unique=True).map(sorted),
    asked=st.integers(-10, 5010),
)
def test_at_finds_the_last_entry_not_after(days, asked):
    """The same as looking through the entries one by one."""
    dated = Dated([(T0 + timedelta(days=day), day) for day in days])
    held = [day for day in days if day <= asked]

    if held:
        assert dated.at(T0 + timedelta(days=asked)) == held[-1]
    else:
        with pytest.raises(ArgumentError):
            dated.at(T0 + timedelta(days=asked))


class Rate(BaseModel):
    """A value with a field of its own."""

    permille: int


class Policy(BaseModel):
    """A policy that changes on a date."""

    rate: Dated[Rate]


def test_pydantic_reads_and_writes_it_with_its_values_checked():
    """JSON is a list of from and value; the value is validated as what the policy says it is."""
    policy = Policy(rate=Dated([(T0, Rate(permille=5)), (T0 + timedelta(days=1), Rate(permille=6))]))
    written = json.loads(policy.model_dump_json())

    assert written == {
        "rate": [
            {"from": "2026-01-01T00:00:00Z", "value": {"permille": 5}},
            {"from": "2026-01-02T00:00:00Z", "value": {"permille": 6}},
        ]
    }
    assert Policy.model_validate(written) == policy
    assert Policy.model_json_schema()["properties"]["rate"]["type"] == "array"


@pytest.mark.parametrize(
    "rate",
    [
        [],
        [{"from": "2026-01-01T00:00:00", "value": {"permille": 5}}],
        [{"from": "2026-01-01T00:00:00Z", "value": {"permille": "many"}}],
        [{"from": "2026-01-01T00:00:00Z", "value": {"permille": 5}, "until": None}],
        [
            {"from": "2026-01-02T00:00:00Z", "value": {"permille": 5}},
            {"from": "2026-01-01T00:00:00Z", "value": {"permille": 6}},
        ],
    ],
)
def test_pydantic_refuses_what_dated_refuses(rate):
    """No entries, a naive moment, a wrong value, an unknown key, a wrong order."""
    with pytest.raises(ValidationError):
        Policy.model_validate({"rate": rate})
