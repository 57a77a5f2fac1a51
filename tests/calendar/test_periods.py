"""`Period`: half-open, in UTC, cut and stretched without losing a moment."""

import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from privdomain.calendar import Period, day_start
from privdomain.errors import ArgumentError

NEW_YORK = ZoneInfo("America/New_York")
T0 = datetime(2026, 6, 18, 12, tzinfo=UTC)

moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=400))
periods = st.builds(lambda start, length: Period(start, start + length), moments, lengths)


def test_a_period_is_half_open():
    """The start is inside, the end is not."""
    period = Period(T0, T0 + timedelta(hours=1))

    assert T0 in period
    assert T0 + timedelta(minutes=59, seconds=59, microseconds=999999) in period
    assert T0 + timedelta(hours=1) not in period
    assert T0 - timedelta(microseconds=1) not in period


def test_moments_are_kept_in_utc_so_that_length_is_elapsed_time():
    """Across the end of daylight saving a New York day has 25 hours, and equal moments make equal periods."""
    day = Period.day(date(2026, 11, 1), zone=NEW_YORK)
    same = Period(datetime(2026, 11, 1, tzinfo=NEW_YORK), datetime(2026, 11, 2, tzinfo=NEW_YORK))

    assert day.length == timedelta(hours=25)
    assert day == same
    assert hash(day) == hash(same)
    assert day.start.tzinfo is UTC


def test_the_hour_that_occurs_twice_is_two_hours():
    """01:30 before and after the clock is put back are different moments, although they read alike."""
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)

    assert Period(first, first.replace(fold=1)).length == timedelta(hours=1)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (Period.last(days=7, at=T0), "2026-06-11T12:00:00Z/2026-06-18T12:00:00Z"),
        (Period.last(days=1, hours=6, at=T0), "2026-06-17T06:00:00Z/2026-06-18T12:00:00Z"),
        (Period.full_days(1, at=T0), "2026-06-16T16:00:00Z/2026-06-17T16:00:00Z"),
        (Period.full_days(7, at=T0, zone="UTC"), "2026-06-11T00:00:00Z/2026-06-18T00:00:00Z"),
        (Period.day(date(2026, 3, 8), zone=NEW_YORK), "2026-03-08T05:00:00Z/2026-03-09T04:00:00Z"),
        (Period.days(date(2026, 11, 1), date(2026, 11, 11)), "2026-10-31T16:00:00Z/2026-11-11T16:00:00Z"),
        (Period.week(date(2026, 6, 18)), "2026-06-14T16:00:00Z/2026-06-21T16:00:00Z"),
        (Period.week(date(2026, 6, 21)), "2026-06-14T16:00:00Z/2026-06-21T16:00:00Z"),
        (Period.month(2024, 2), "2024-01-31T16:00:00Z/2024-02-29T16:00:00Z"),
        (Period.month(2026, 12), "2026-11-30T16:00:00Z/2026-12-31T16:00:00Z"),
        (Period.quarter(2026, 4), "2026-09-30T16:00:00Z/2026-12-31T16:00:00Z"),
        (Period.half_year(2026, 1), "2025-12-31T16:00:00Z/2026-06-30T16:00:00Z"),
        (Period.year(2026, zone="UTC"), "2026-01-01T00:00:00Z/2027-01-01T00:00:00Z"),
        (Period.festival("618", 2026), "2026-05-31T16:00:00Z/2026-06-18T16:00:00Z"),
        (Period.festival("春节", 2026), "2026-02-16T16:00:00Z/2026-02-17T16:00:00Z"),
    ],
)
def test_named_periods(made, text):
    """Each named period, as the moments it stands for."""
    assert str(made) == text


def test_rolling_time_and_natural_days_are_two_things():
    """At 00:10 on 2 May "the last day" reaches into 1 May 23:50; yesterday does so too, today does not."""
    at = datetime(2026, 5, 1, 16, 10, tzinfo=UTC)  # 2 May 00:10 in Shanghai
    sent = datetime(2026, 5, 1, 15, 50, tzinfo=UTC)  # 1 May 23:50

    assert sent in Period.last(days=1, at=at)
    assert sent in Period.full_days(1, at=at)
    assert sent not in Period.day(date(2026, 5, 2))


def test_months_meet_and_make_the_year():
    """Twelve months and four quarters tile a year, in a zone with daylight saving too."""
    for zone in ("Asia/Shanghai", "America/New_York"):
        months = [Period.month(2026, month, zone=zone) for month in range(1, 13)]
        quarters = [Period.quarter(2026, quarter, zone=zone) for quarter in range(1, 5)]

        for parts in (months, quarters):
            assert all(one.end == after.start for one, after in pairwise(parts))
            assert Period(parts[0].start, parts[-1].end) == Period.year(2026, zone=zone)


def test_a_day_that_was_left_out_is_no_period():
    """Samoa had no 30 December 2011."""
    with pytest.raises(ArgumentError, match="did not exist in Pacific/Apia"):
        Period.day(date(2011, 12, 30), zone="Pacific/Apia")


@given(period=periods)
def test_text_round_trip(period):
    """str, isoformat in any zone, repr and pickle come back as the same period."""
    assert Period.parse(str(period)) == period
    assert Period.parse(period.isoformat(zone="America/New_York")) == period
    assert eval(repr(period), {"Period": Period}) == period
    assert pickle.loads(pickle.dumps(period)) == period


@given(
    period=periods,
    max_length=st.timedeltas(min_value=timedelta(days=3), max_value=timedelta(days=500)),
    share=st.floats(min_value=0, max_value=0.9),
)
def test_split_covers_exactly(period, max_length, share):
    """Parts are not longer than asked, begin and end with the period, and share exactly the overlap."""
    overlap = max_length * share
    parts = list(period.split(max_length=max_length, overlap=overlap))

    assert all(part.length <= max_length for part in parts)
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    assert all(after.start == one.end - overlap for one, after in pairwise(parts))
    assert all(one.length == max_length for one in parts[:-1])


@given(period=periods, moment=moments)
def test_a_moment_lies_in_one_part(period, moment):
    """Every moment of the period lies in exactly one part of a split without overlap, others in none."""
    parts = list(period.split(max_length=timedelta(days=30)))

    assert sum(moment in part for part in parts) == (moment in period)


@given(period=periods)
def test_halves_cover_exactly(period):
    """Two contiguous halves that differ by at most a second; one microsecond cannot be halved."""
    if period.length == timedelta(microseconds=1):
        with pytest.raises(ArgumentError, match="cannot be halved"):
            period.halves()
        return
    first, second = period.halves()

    assert (first.start, first.end, second.end) == (period.start, second.start, period.end)
    assert abs(first.length - second.length) <= timedelta(seconds=2)


def test_halves_are_cut_at_whole_seconds():
    """Platforms filter by the second, so a window of five seconds becomes two and three."""
    first, second = Period(T0, T0 + timedelta(seconds=5)).halves()

    assert (first.length, second.length) == (timedelta(seconds=2), timedelta(seconds=3))


@given(one=periods, other=periods)
def test_overlap_is_what_both_hold(one, other):
    """The overlap is symmetric and lies in both; without one, the periods follow each other."""
    shared = one.overlap(other)

    assert shared == other.overlap(one)
    if shared is None:
        assert one.end <= other.start or other.end <= one.start
    else:
        assert shared in one
        assert shared in other


@given(period=periods, before=lengths, after=lengths)
def test_extend_adds_to_both_ends(period, before, after):
    """What was inside stays inside, and the length grows by both."""
    longer = period.extend(before=before, after=after)

    assert period in longer
    assert longer.length == period.length + before + after


def test_dates_are_the_local_days_touched():
    """A period that ends at midnight does not touch the next day; in another zone it may."""
    june = Period.month(2026, 6)

    assert list(june.dates()) == [date(2026, 6, day) for day in range(1, 31)]
    assert next(june.dates(zone="UTC")) == date(2026, 5, 31)
    assert list(Period(T0, T0 + timedelta(seconds=1)).dates()) == [date(2026, 6, 18)]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Period(T0, T0), "the same moment as"),
        (lambda: Period(T0, T0 - timedelta(1)), "before start"),
        (lambda: Period(T0.replace(tzinfo=None), T0), "start 2026-06-18T12:00:00 is naive"),
        (lambda: Period("2026-06-18", T0), "expected an aware datetime"),
        (lambda: Period(datetime.min.replace(tzinfo=ZoneInfo("Asia/Shanghai")), T0), "outside the years"),
        (lambda: Period.last(at=T0), "no time at all"),
        (lambda: Period.last(days=-1, at=T0), "no time at all"),
        (lambda: Period.last(days=10**9, at=T0), "more than there are"),
        (lambda: Period.last(days=900_000, at=T0), "outside the years"),
        (lambda: Period.full_days(0, at=T0), "whole number from 1"),
        (lambda: Period.full_days(10**7, at=T0), "days before"),
        (lambda: Period.days(date(2026, 2, 1), date(2026, 1, 1)), "before first"),
        (lambda: Period.day(datetime(2026, 1, 1, tzinfo=UTC)), "expected a date"),
        (lambda: Period.day(date.max), "last date there is"),
        (lambda: Period.month(2026, 13), "a year has 12"),
        (lambda: Period.quarter(2026, 0), "quarter is 0"),
        (lambda: Period.half_year(2026, 3), "a year has 2"),
        (lambda: Period.year(10_000), "up to 9999"),
        (lambda: Period.month(2026, 1, zone="Asia/Shangai"), "did you mean"),
        (lambda: Period.festival("doubel_11", 2026), "did you mean 'double_11'"),
        (lambda: Period.parse("2026-06-18"), "expected start/end"),
        (lambda: Period.parse("2026-06-18T00:00:00/2026-06-19T00:00:00"), "naive"),
        (lambda: Period.parse("a/b/c"), "expected start/end"),
        (lambda: Period.parse(None), "expected start/end"),
        (lambda: Period.month(2026, 6).split(max_length=timedelta(0)), "above zero"),
        (
            lambda: Period.month(2026, 6).split(max_length=timedelta(1), overlap=timedelta(1)),
            "less than max_length",
        ),
        (lambda: Period.month(2026, 6).split(max_length=timedelta(1), overlap=timedelta(-1)), "zero or more"),
        (lambda: Period.month(2026, 6).extend(before=timedelta(-1)), "zero or more"),
        (lambda: Period.month(2026, 6).extend(after=timedelta(days=10**7)), "outside the years"),
        (lambda: T0.replace(tzinfo=None) in Period.month(2026, 6), "naive"),
    ],
)
def test_what_is_refused(call, says):
    """Each mistake is one ArgumentError that says what would be right, and at the call, not when iterated."""
    with pytest.raises(ArgumentError, match=says):
        call()


def test_the_last_moment_there_is_can_end_a_period():
    """ "Never" is the last representable instant; splitting up to it does not overflow."""
    never = datetime.max.replace(tzinfo=UTC)
    parts = list(Period(never - timedelta(days=10), never).split(max_length=timedelta(days=7)))

    assert [part.length.days for part in parts] == [7, 3]
    assert parts[-1].end == never


class Pull(BaseModel):
    """A record with a period in it."""

    updated: Period


def test_pydantic_reads_and_writes_it_as_text():
    """A period inside a record is its ISO text in JSON, itself in Python, and in the JSON Schema a string."""
    june = Period.month(2026, 6)
    pull = Pull(updated=june)

    assert json.loads(pull.model_dump_json()) == {"updated": str(june)}
    assert Pull.model_validate_json(pull.model_dump_json()) == pull
    assert Pull.model_validate({"updated": str(june)}) == pull
    assert pull.model_dump() == {"updated": june}
    assert Pull.model_json_schema()["properties"]["updated"]["type"] == "string"
    for wrong in ("2026-06", 7, None, "2026-06-02T00:00:00Z/2026-06-01T00:00:00Z"):
        with pytest.raises(ValidationError):
            Pull.model_validate({"updated": wrong})


def test_day_start_and_period_agree():
    """A period's start is the moment day_start names, whatever offset it is written in."""
    assert Period.day(date(2026, 6, 18)).start == day_start(date(2026, 6, 18))
    assert Period.day(date(2026, 6, 18)).start == datetime(2026, 6, 18, tzinfo=timezone(timedelta(hours=8)))
