"""Instants and wall clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import BUSINESS_ZONE, at_local, day_start, find_zone, local_date
from privdomain.errors import ArgumentError

NEW_YORK = "America/New_York"


def test_a_zone_is_taken_as_it_is_or_by_name():
    """A ZoneInfo and an IANA name mean the same zone."""
    assert find_zone("Asia/Shanghai") == BUSINESS_ZONE
    assert find_zone(BUSINESS_ZONE) is BUSINESS_ZONE


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Asia/Shangai", "did you mean 'Asia/Shanghai'"),
        ("America/NewYork", "did you mean 'America/New_York'"),
        ("", "a name looks like"),
        ("Asia", "is not an IANA zone"),
        ("../etc/passwd", "is not an IANA zone"),
        ("/etc/localtime", "is not an IANA zone"),
        ("a\0b", "is not an IANA zone"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(name, hint):
    """Whatever is not a zone is one ArgumentError, also names that are paths."""
    with pytest.raises(ArgumentError, match=hint):
        find_zone(name)


def test_what_is_no_zone_at_all_is_refused():
    """A fixed offset is no zone: it has no name and no daylight saving."""
    with pytest.raises(ArgumentError, match="pass an IANA name"):
        find_zone(UTC)


def test_the_program_zone_decides_the_month():
    """2026-01-31T16:30Z is 2026-02-01 00:30 in Shanghai and belongs to February."""
    late = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)

    assert local_date(late) == date(2026, 2, 1)
    assert local_date(late, zone=NEW_YORK) == date(2026, 1, 31)


def test_a_naive_moment_is_refused():
    """Which moment a naive datetime is, nobody knows."""
    with pytest.raises(ArgumentError, match="at 2026-01-31T16:30:00 is naive"):
        local_date(datetime(2026, 1, 31, 16, 30))


def test_the_last_moment_there_is_has_no_local_date_east_of_utc():
    """ "Never" is an error that says so and no OverflowError."""
    with pytest.raises(ArgumentError, match="outside the years 1 to 9999"):
        local_date(datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        (date(2026, 3, 8), time(1, 59), NEW_YORK, "2026-03-08T06:59:00+00:00"),
        (date(2026, 3, 8), time(2, 0), NEW_YORK, "2026-03-08T07:00:00+00:00"),
        (date(2026, 3, 8), time(2, 30), NEW_YORK, "2026-03-08T07:00:00+00:00"),
        (date(2026, 3, 8), time(2, 59, 59, 999999), NEW_YORK, "2026-03-08T07:00:00+00:00"),
        (date(2026, 3, 8), time(3, 0), NEW_YORK, "2026-03-08T07:00:00+00:00"),
        (date(2026, 11, 1), time(1, 30), NEW_YORK, "2026-11-01T05:30:00+00:00"),  # the first 01:30
        (date(2026, 11, 1), time(1, 30, fold=1), NEW_YORK, "2026-11-01T05:30:00+00:00"),
        (date(2026, 10, 4), time(2, 10), "Australia/Lord_Howe", "2026-10-03T15:30:00+00:00"),  # half an hour
        (
            date(2011, 12, 30),
            time(12),
            "Pacific/Apia",
            "2011-12-30T10:00:00+00:00",
        ),  # a day that was left out
    ],
)
def test_a_wall_time_that_is_skipped_is_the_moment_of_the_jump(day, wall, zone, expected):
    """In a gap the clock already shows later; what occurs twice means the first time."""
    assert at_local(day, wall, zone=zone).astimezone(UTC).isoformat() == expected


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
        (date(2022, 9, 11), "America/Santiago", "2022-09-11T01:00:00-03:00"),
        (date(2026, 11, 1), "America/Havana", "2026-11-01T00:00:00-04:00"),  # 00:30 occurs twice
        (date(1986, 5, 4), "Asia/Shanghai", "1986-05-04T00:00:00+08:00"),  # China had daylight saving
    ],
)
def test_a_day_begins_where_its_clock_first_shows_it(day, zone, expected):
    """Midnight, or the jump over it."""
    assert day_start(day, zone=zone).isoformat() == expected


@given(
    day=st.dates(min_value=date(1970, 1, 2), max_value=date(2037, 12, 30)),
    wall=st.times(),
    zone=st.sampled_from(
        ["Asia/Shanghai", NEW_YORK, "Europe/London", "Australia/Lord_Howe", "America/Sao_Paulo"]
    ),
)
def test_at_local_is_the_first_moment_not_before_that_wall_time(day, wall, zone):
    """The clock shows the wall time or, in a gap, something later, and a microsecond before something earlier."""
    moment = at_local(day, wall, zone=zone)
    before = (moment.astimezone(UTC) - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))

    assert moment.replace(tzinfo=None, fold=0) >= datetime.combine(day, wall)
    assert before.replace(tzinfo=None, fold=0) < datetime.combine(day, wall)


@pytest.mark.parametrize(
    ("day", "wall", "says"),
    [
        (datetime(2026, 1, 1), time(0), "expected a date"),
        ("2026-01-01", time(0), "expected a date"),
        (date(2026, 1, 1), time(0, tzinfo=UTC), "time without a zone"),
    ],
)
def test_at_local_takes_a_plain_date_and_a_plain_time(day, wall, says):
    """Anything with a zone of its own is refused."""
    with pytest.raises(ArgumentError, match=says):
        at_local(day, wall)
