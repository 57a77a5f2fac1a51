"""Business time: the numbered cases, the shapes of a week, daylight saving, and the laws."""

import pickle
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.calendar import (
    BUSINESS_ZONE,
    CHINA,
    BusinessHours,
    DayStatus,
    Notice,
    OnUnknown,
    OpenHours,
    Period,
)
from privdomain.errors import ArgumentError, CalendarUnknown

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = BusinessHours({"mon-fri": "09:00-18:00"}, workdays=CHINA)


def at(text: str, zone: ZoneInfo = BUSINESS_ZONE) -> datetime:
    """A moment written as a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


DUE = [
    pytest.param("2026-02-13 17:30", 60, "2026-02-14 09:30", id="S1"),
    pytest.param("2026-02-14 17:30", 60, "2026-02-24 09:30", id="S2"),
    pytest.param("2026-02-14 16:00", 480, "2026-02-24 15:00", id="S3"),
    pytest.param("2026-09-30 17:00", 120, "2026-10-08 10:00", id="S4"),
    pytest.param("2026-09-20 10:00", 240, "2026-09-20 14:00", id="S5"),
    pytest.param("2026-01-02 10:00", 60, "2026-01-04 10:00", id="S6"),
    pytest.param("2026-05-08 17:00", 600, "2026-05-09 18:00", id="S7"),
    pytest.param("2026-05-09 17:00", 120, "2026-05-11 10:00", id="S8"),
    pytest.param("2026-10-10 17:59", 2, "2026-10-12 09:01", id="S9"),
    pytest.param("2025-01-26 17:00", 180, "2025-01-27 11:00", id="S10"),
    pytest.param("2026-02-23 23:59", 1, "2026-02-24 09:01", id="S11"),
]


@pytest.mark.parametrize(("start", "minutes", "due"), DUE)
def test_due(start, minutes, due):
    """Due times with 09:00–18:00 and the notices of China; aware, in Asia/Shanghai."""
    found = OFFICE.due(at(start), minutes=minutes)

    assert found == at(due)
    assert found.tzinfo == BUSINESS_ZONE


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param("2026-09-30 16:00", "2026-10-09 10:00", 12, id="S12"),
        pytest.param("2026-02-13 12:00", "2026-02-24 12:00", 18, id="S13"),
    ],
)
def test_elapsed(start, end, hours):
    """Open time between two moments, holidays and make-up days considered."""
    assert OFFICE.elapsed(at(start), at(end)) == timedelta(hours=hours)


def test_S14_a_plain_week_without_holidays():
    """Monday to Friday 09–17: Friday 16:30 and 60 minutes is Monday 09:30."""
    hours = BusinessHours({"mon-fri": "09:00-17:00"})

    assert hours.due(at("2026-02-13 16:30"), minutes=60) == at("2026-02-16 09:30")


SHOP = BusinessHours(
    {"mon-fri": "09:00-12:00, 13:30-18:00", "sat-sun": "10:00-16:00"},
    workdays=CHINA,
    exceptions={date(2026, 6, 18): "08:00-24:00", date(2026, 6, 17): ""},
)
NIGHT = BusinessHours({"mon-fri": "08:00-16:00, 22:00-06:00"})


@pytest.mark.parametrize(
    ("hours", "start", "minutes", "due"),
    [
        pytest.param(SHOP, "2026-06-15 11:30", 60, "2026-06-15 14:00", id="lunch-break"),
        pytest.param(SHOP, "2026-06-15 11:30", 30, "2026-06-15 12:00", id="fits-before-lunch"),
        pytest.param(SHOP, "2026-06-13 15:30", 60, "2026-06-14 10:30", id="weekend-hours"),
        pytest.param(SHOP, "2026-09-20 08:00", 60, "2026-09-20 10:00", id="make-up-sunday-has-weekday-hours"),
        pytest.param(SHOP, "2026-10-02 10:00", 30, "2026-10-08 09:30", id="holiday-saturday-is-closed"),
        pytest.param(SHOP, "2026-06-16 17:30", 60, "2026-06-18 08:30", id="exception-closed-then-longer"),
        pytest.param(NIGHT, "2026-06-15 15:00", 120, "2026-06-15 23:00", id="two-shifts"),
        pytest.param(NIGHT, "2026-06-15 23:30", 60, "2026-06-16 00:30", id="past-midnight"),
        pytest.param(NIGHT, "2026-06-19 23:00", 420, "2026-06-20 06:00", id="friday-night-ends-on-saturday"),
        pytest.param(NIGHT, "2026-06-20 05:00", 61, "2026-06-22 08:01", id="and-then-comes-monday"),
        pytest.param(NIGHT, "2026-06-22 03:00", 30, "2026-06-22 08:30", id="monday-before-dawn-is-closed"),
        pytest.param(NIGHT, "2025-12-31 23:00", 180, "2026-01-01 02:00", id="over-new-year"),
        pytest.param(NIGHT, "2026-01-01 02:00", 60, "2026-01-01 03:00", id="begun-last-year"),
    ],
)
def test_the_shapes_of_a_week(hours, start, minutes, due):
    """Breaks, shifts, midnight, weekends, holidays and single dates."""
    assert hours.due(at(start), minutes=minutes) == at(due)


def test_holidays_and_make_up_days_may_have_hours_of_their_own():
    """A service line that is thinly staffed on holidays, and on make-up days."""
    hours = BusinessHours(
        {"mon-fri": "09:00-18:00"}, workdays=CHINA, holiday="10:00-12:00", makeup="09:00-13:00"
    )

    assert hours.hours_on(date(2026, 10, 1)) == (OpenHours(time(10), time(12)),)
    assert hours.hours_on(date(2026, 10, 3)) == (OpenHours(time(10), time(12)),)
    assert hours.hours_on(date(2026, 9, 20)) == (OpenHours(time(9), time(13)),)
    assert hours.hours_on(date(2026, 6, 13)) == ()
    assert hours.hours_on(date(2026, 2, 24)) == (OpenHours(time(9), time(18)),)


class FridayOff:
    """A source that names nothing: Friday and Saturday are off, Sunday is worked."""

    def status(self, day: date, /) -> DayStatus:
        return DayStatus.OFF if day.weekday() in (4, 5) else DayStatus.WORKING

    def name(self, day: date, /) -> str | None:
        return None


def test_a_weekday_off_is_closed_although_nobody_names_it():
    """A source without names still closes a weekday; a weekend it does not claim keeps its own hours."""
    hours = BusinessHours({"mon-fri": "09:00-18:00", "sat": "10:00-16:00"}, workdays=FridayOff())

    assert hours.hours_on(date(2026, 6, 19)) == ()
    assert hours.hours_on(date(2026, 6, 20)) == (OpenHours(time(10), time(16)),)
    assert hours.hours_on(date(2026, 6, 21)) == (OpenHours(time(9), time(18)),)


def test_hours_that_overlap_count_once():
    """Two shifts with a handover of an hour are one stretch."""
    hours = BusinessHours({"mon": "09:00-14:00, 13:00-18:00, 18:00-20:00"})
    monday = Period.day(date(2026, 6, 15))

    assert [part.length for part in hours.open_periods(monday)] == [timedelta(hours=11)]
    assert hours.elapsed(monday.start, monday.end) == timedelta(hours=11)


def test_always_open_is_elapsed_time():
    """Round the clock, business time is time: across days, years and daylight saving."""
    always = BusinessHours({"mon-sun": "00:00-24:00"}, zone="America/New_York")
    start = at("2025-12-30 12:00", NEW_YORK)

    assert always.due(start, duration=timedelta(days=400, microseconds=1)).astimezone(UTC) - start.astimezone(
        UTC
    ) == timedelta(days=400, microseconds=1)
    year = Period.year(2026, zone="America/New_York")
    assert list(always.open_periods(year)) == [year]


def test_open_now_and_next():
    """is_open is half-open; next_opening is now while open."""
    assert OFFICE.is_open(at("2026-02-14 09:00"))
    assert not OFFICE.is_open(at("2026-02-14 18:00"))
    assert not OFFICE.is_open(at("2026-02-16 10:00"))
    assert NIGHT.is_open(at("2026-06-20 05:59"))
    assert not NIGHT.is_open(at("2026-06-20 06:00"))
    assert NIGHT.is_open(at("2026-01-01 02:00"))

    assert OFFICE.next_opening(at("2026-02-14 10:00")) == at("2026-02-14 10:00")
    assert OFFICE.next_opening(at("2026-02-14 18:00")) == at("2026-02-24 09:00")


def test_zero_is_due_now_or_at_the_next_opening():
    """A promise of no time, made after closing, is due when the doors open."""
    assert OFFICE.due(at("2026-02-14 10:00"), minutes=0) == at("2026-02-14 10:00")
    assert OFFICE.due(at("2026-02-14 18:00"), duration=timedelta(0)) == at("2026-02-24 09:00")


def test_open_periods_are_clipped_to_the_period():
    """Each stretch of the days asked for, cut at its ends."""
    asked = Period(at("2026-02-13 17:00"), at("2026-02-24 10:00"))

    assert [part.isoformat(zone="Asia/Shanghai") for part in OFFICE.open_periods(asked)] == [
        "2026-02-13T17:00:00+08:00/2026-02-13T18:00:00+08:00",
        "2026-02-14T09:00:00+08:00/2026-02-14T18:00:00+08:00",
        "2026-02-24T09:00:00+08:00/2026-02-24T10:00:00+08:00",
    ]


NIGHT_SHIFT = BusinessHours({"mon-sun": "22:00-06:00"}, zone=NEW_YORK)


@pytest.mark.parametrize(
    ("hours", "start", "minutes", "due"),
    [
        pytest.param(NIGHT_SHIFT, "2026-03-07T22:00:00-05:00", 420, "2026-03-08T06:00:00-04:00", id="seven-hours-in-march"),
        pytest.param(NIGHT_SHIFT, "2026-10-31T22:00:00-04:00", 540, "2026-11-01T06:00:00-05:00", id="nine-in-november"),
        pytest.param(NIGHT_SHIFT, "2026-11-01T01:30:00-04:00", 60, "2026-11-01T01:30:00-05:00", id="the-hour-that-occurs-twice"),
        pytest.param(
            BusinessHours({"mon-sun": "02:30-04:00"}, zone=NEW_YORK),
            "2026-03-08T00:00:00-05:00", 30, "2026-03-08T03:30:00-04:00", id="opens-in-the-gap",
        ),
        pytest.param(
            BusinessHours({"mon-sun": "01:00-02:30"}, zone=NEW_YORK),
            "2026-03-08T00:00:00-05:00", 61, "2026-03-09T01:01:00-04:00", id="closes-in-the-gap",
        ),
        pytest.param(
            BusinessHours({"mon-sun": "02:10-02:50"}, zone=NEW_YORK),
            "2026-03-08T00:00:00-05:00", 10, "2026-03-09T02:20:00-04:00", id="lies-in-the-gap",
        ),
    ],
)  # fmt: skip
def test_daylight_saving(hours, start, minutes, due):
    """Hours are on the wall, counted time is real: a skipped hour is not worked, a repeated one is."""
    assert hours.due(datetime.fromisoformat(start), minutes=minutes).isoformat() == due


def test_the_start_may_be_in_any_zone():
    """A moment is a moment; the answer is in the zone of the hours."""
    assert OFFICE.due(at("2026-02-13 04:30", NEW_YORK), minutes=60).isoformat() == "2026-02-14T09:30:00+08:00"


LAST_AFTERNOON = at("2026-12-31 17:00")


def test_a_promise_into_a_year_without_a_notice():
    """Raise names the date; the weekly pattern goes on; conservative knows no day it could be due on."""
    weekly = attrs.evolve(OFFICE, on_unknown=OnUnknown.WEEKLY_PATTERN)
    conservative = attrs.evolve(OFFICE, on_unknown=OnUnknown.CONSERVATIVE)

    assert OFFICE.due(LAST_AFTERNOON, minutes=60) == at("2026-12-31 18:00")
    with pytest.raises(CalendarUnknown, match="2027-01-01 is covered by no published"):
        OFFICE.due(LAST_AFTERNOON, minutes=61)
    assert weekly.due(LAST_AFTERNOON, minutes=61) == at("2027-01-01 09:01")
    with pytest.raises(CalendarUnknown, match="what no notice covers counts as closed"):
        conservative.due(LAST_AFTERNOON, minutes=61)


def test_conservative_counts_over_a_gap_to_the_next_known_year():
    """Nothing of 2027 is counted, the first known working day of 2028 is."""
    calendar = CHINA.with_notice(Notice.parse("元旦 01-01..01-02", year=2028))
    hours = BusinessHours({"mon-fri": "09:00-18:00"}, workdays=calendar, on_unknown=OnUnknown.CONSERVATIVE)

    assert hours.due(LAST_AFTERNOON, minutes=61) == at("2028-01-03 09:01")
    assert hours.elapsed(LAST_AFTERNOON, at("2028-01-03 10:00")) == timedelta(hours=2)
    assert not hours.is_open(at("2027-06-16 10:00"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: OFFICE.elapsed(LAST_AFTERNOON, at("2027-01-01 00:01")),
        lambda: OFFICE.is_open(at("2027-01-01 00:00")),
        lambda: OFFICE.next_opening(at("2026-12-31 18:00")),
        lambda: OFFICE.open_periods(Period.year(2027)),
        lambda: OFFICE.hours_on(date(2027, 1, 1)),
        lambda: OFFICE.due(at("2017-12-31 12:00"), minutes=1),
    ],
)
def test_every_question_about_an_unknown_day_raises(ask):
    """Nothing is answered from a guess."""
    with pytest.raises(CalendarUnknown):
        ask()


def test_a_known_night_reaches_into_an_unknown_day():
    """The shift of 31 December 2026 is known to its end; after that nothing is."""
    night = BusinessHours({"mon-fri": "22:00-06:00"}, workdays=CHINA)

    assert night.is_open(at("2027-01-01 05:59"))
    assert night.elapsed(at("2026-12-31 22:00"), at("2027-01-01 06:00")) == timedelta(hours=8)
    with pytest.raises(CalendarUnknown):
        night.is_open(at("2027-01-01 06:00"))


def test_an_unknown_night_reaches_into_a_known_day():
    """Before dawn on 1 January 2018 somebody may be there since the unknown 31 December."""
    night = BusinessHours({"mon-sun": "22:00-06:00"}, workdays=CHINA)

    with pytest.raises(CalendarUnknown, match="2017-12-31"):
        night.is_open(at("2018-01-01 05:59"))
    assert not night.is_open(at("2018-01-01 06:00"))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: OFFICE.due(LAST_AFTERNOON), "give either"),
        (lambda: OFFICE.due(LAST_AFTERNOON, minutes=1, duration=timedelta(1)), "give either"),
        (lambda: OFFICE.due(LAST_AFTERNOON, minutes=-1), "zero or more"),
        (lambda: OFFICE.due(LAST_AFTERNOON, minutes=1.5), "whole number"),
        (lambda: OFFICE.due(LAST_AFTERNOON, minutes=True), "whole number"),
        (lambda: OFFICE.due(LAST_AFTERNOON, minutes=10**20), "more time than there is"),
        (lambda: OFFICE.due(LAST_AFTERNOON, duration=60), "zero or more"),
        (lambda: OFFICE.due(datetime(2026, 1, 1), minutes=1), "naive"),
        (lambda: OFFICE.elapsed(LAST_AFTERNOON, at("2026-12-31 16:00")), "is before start"),
        (lambda: NIGHT.elapsed(at("1700-01-01 00:00"), at("2026-01-01 00:00")), "longer than business hours"),
        (lambda: NIGHT.due(at("9999-12-30 00:00"), minutes=1), "no .* of open time within"),
        (lambda: BusinessHours({"mon": "09:00-18:00"}, zone="Asia/Shangai"), "did you mean"),
        (lambda: BusinessHours({"mon": "09:00-18:00"}, exceptions={"2026-01-01": ""}), "expected a date"),
    ],
)
def test_what_is_refused(call, says):
    """Half-specified or impossible questions."""
    with pytest.raises(ArgumentError, match=says):
        call()


def test_a_promise_nobody_could_keep_is_refused_and_not_searched_for_ever():
    """Two hundred years of one hour a week are fewer than twenty thousand hours."""
    with pytest.raises(ArgumentError, match="within 200 years"):
        BusinessHours({"mon": "09:00-10:00"}).due(at("2026-01-01 00:00"), duration=timedelta(hours=20_000))


def test_hours_are_values():
    """Equal when they say the same, hashable, and they survive pickle with what they remember."""
    same = BusinessHours({"mon-fri": "09:00-18:00"}, workdays=CHINA)
    same.due(at("2026-02-13 17:30"), minutes=60)

    assert same == OFFICE
    assert hash(same) == hash(OFFICE)
    assert pickle.loads(pickle.dumps(same)) == OFFICE


# --- laws ---

# laying out a year takes milliseconds, and the first example may lay out several
patient = settings(deadline=None)

quarters = st.integers(0, 95)


@st.composite
def weeks(draw: st.DrawFn, hours: tuple[int, ...] = tuple(range(24))) -> dict[str, str]:
    """A random week on a grid of quarter hours, whose edges lie in the given hours."""
    edge = st.builds(
        lambda hour, quarter: f"{hour:02}:{quarter * 15:02}", st.sampled_from(hours), st.integers(0, 3)
    )
    interval = st.tuples(edge, edge).filter(lambda pair: pair[0] != pair[1]).map("-".join)
    day = st.lists(interval, max_size=3).map(", ".join)
    week = {name: draw(day) for name in ("mon", "tue", "wed", "thu", "fri", "sat")}
    return {**week, "sun": draw(interval)}


@lru_cache(maxsize=1)
def law_hours() -> BusinessHours:
    """Hours with everything in them: breaks, a night shift, holidays, exceptions."""
    return BusinessHours(
        {"mon-thu": "09:00-12:00, 13:30-18:00", "fri": "22:00-06:00", "sat": "10:00-16:00"},
        workdays=CHINA,
        on_unknown=OnUnknown.WEEKLY_PATTERN,
        exceptions={date(2026, 6, 18): "00:00-24:00"},
    )


starts = st.datetimes(
    min_value=datetime(2018, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)
)
amounts = st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=90))


@patient
@given(start=starts, amount=amounts)
def test_elapsed_is_the_inverse_of_due(start, amount):
    """Between a start and its due time lies exactly the promised open time, and not before it."""
    hours = law_hours()
    due = hours.due(start, duration=amount)

    assert hours.elapsed(start, due) == amount
    assert hours.elapsed(start, due - timedelta(microseconds=1)) == amount - timedelta(microseconds=1)


@patient
@given(start=starts, length=amounts)
def test_due_is_the_inverse_of_elapsed(start, length):
    """What has elapsed by an end is due by that end, at the latest."""
    hours = law_hours()
    elapsed = hours.elapsed(start, start + length)

    if elapsed:
        due = hours.due(start, duration=elapsed)
        assert due <= start + length
        assert hours.elapsed(due, start + length) == timedelta(0)


@patient
@given(start=starts, first=amounts, second=amounts)
def test_promises_add_up(start, first, second):
    """Due in a and from there in b is due in a + b."""
    hours = law_hours()

    assert hours.due(hours.due(start, duration=first), duration=second) == hours.due(
        start, duration=first + second
    )


@patient
@given(start=starts, length=amounts)
def test_open_periods_add_up_to_elapsed(start, length):
    """The stretches are disjoint, in order, and together are the open time."""
    hours = law_hours()
    parts = list(hours.open_periods(Period(start, start + length)))

    assert sum((part.length for part in parts), timedelta(0)) == hours.elapsed(start, start + length)
    assert all(one.end < after.start for one, after in zip(parts, parts[1:]))  # noqa: B905, RUF007
    assert all(
        (hours.is_open(part.start) and not hours.is_open(part.end)) or part.end == start + length
        for part in parts
    )


def shows_open(hours: BusinessHours, moment: datetime) -> bool:
    """Open by looking at the wall: some interval of today or last night holds what the clock shows."""
    local = moment.astimezone(hours.zone)
    wall, today = local.time(), hours.hours_on(local.date())
    last_night = hours.hours_on(local.date() - timedelta(days=1))
    return any(one.opens <= wall and (one.past_midnight or wall < one.closes) for one in today) or any(
        one.past_midnight and wall < one.closes for one in last_night
    )


def compare_with_the_wall(hours: BusinessHours, start: datetime, quarters: int) -> None:
    """Open time is what a walk in steps of a quarter of an hour counts."""
    step = timedelta(minutes=15)
    moments = [start + step * ahead for ahead in range(quarters)]
    shown = [shows_open(hours, moment) for moment in moments]

    assert [hours.is_open(moment) for moment in moments] == shown
    assert hours.elapsed(start, start + step * quarters) == step * sum(shown)


@patient
@given(week=weeks(), day=st.integers(0, 800), quarter=quarters, length=st.integers(1, 300))
def test_a_walk_along_the_wall_counts_the_same(week, day, quarter, length):
    """Any week of overlapping and overnight intervals, with the holidays of China, on any days of 2025 and 2026."""
    hours = BusinessHours(week, workdays=CHINA, holiday="11:00-01:00", on_unknown=OnUnknown.WEEKLY_PATTERN)
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=15 * quarter)

    compare_with_the_wall(hours, start, length)


@patient
@given(week=weeks(), quarter=quarters)
def test_a_walk_over_the_spring_change_counts_the_same(week, quarter):
    """Wherever the edges lie in the hour that New York skips."""
    start = datetime(2026, 3, 7, 12, tzinfo=UTC) + timedelta(minutes=15 * quarter)

    compare_with_the_wall(BusinessHours(week, zone=NEW_YORK), start, 150)


@patient
@given(week=weeks(hours=(0, *range(2, 24))), quarter=quarters)
def test_a_walk_over_the_autumn_change_counts_the_same(week, quarter):
    """With no edge inside the hour that occurs twice, where the wall alone cannot say which one is meant."""
    start = datetime(2026, 10, 31, 12, tzinfo=UTC) + timedelta(minutes=15 * quarter)

    compare_with_the_wall(BusinessHours(week, zone=NEW_YORK), start, 150)
