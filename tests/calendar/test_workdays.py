"""Working days: the published years, what is unknown, and counting."""

import csv
import gzip
import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import (
    CHINA,
    DayStatus,
    Notice,
    NoticeTable,
    OnUnknown,
    WorkdayCalendar,
    china_notices,
)
from privdomain.errors import ArgumentError, CalendarUnknown

FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
known_days = st.dates(min_value=FIRST, max_value=LAST)


@pytest.mark.parametrize(
    ("year", "count"),
    [
        (2018, 250),
        (2019, 250),
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ],
)
def test_working_days_of_a_year(year, count):
    """As many as the published notices make."""
    assert (
        CHINA.working_days_between(date(year, 1, 1), date(year + 1, 1, 1), on_unknown=OnUnknown.RAISE)
        == count
    )


DAYS = [
    (date(2018, 12, 29), DayStatus.WORKING, "元旦"),  # a Saturday the 2019 notice set
    (date(2018, 12, 31), DayStatus.OFF, "元旦"),  # a Monday the 2019 notice set
    (date(2019, 5, 2), DayStatus.OFF, "劳动节"),  # by the amendment of March 2019
    (date(2020, 1, 31), DayStatus.OFF, "春节"),  # by the amendment of January 2020
    (date(2020, 2, 1), DayStatus.OFF, "春节"),  # was to be made up, until the amendment
    (date(2020, 2, 3), DayStatus.WORKING, "春节"),
    (date(2020, 10, 1), DayStatus.OFF, "国庆节、中秋节"),
    (date(2022, 12, 31), DayStatus.OFF, "元旦"),
    (date(2025, 1, 28), DayStatus.OFF, "春节"),  # 除夕, a day off since 2025
    (date(2026, 2, 14), DayStatus.WORKING, "春节"),
    (date(2026, 2, 15), DayStatus.OFF, "春节"),
    (date(2026, 9, 20), DayStatus.WORKING, "国庆节"),
    (date(2026, 6, 18), DayStatus.WORKING, None),
    (date(2026, 6, 13), DayStatus.OFF, None),
    (date(2027, 1, 1), DayStatus.UNKNOWN, None),
    (date(2017, 12, 29), DayStatus.UNKNOWN, None),
]


@pytest.mark.parametrize(("day", "status", "name"), DAYS)
def test_status_and_name_of_a_day(day, status, name):
    """Listed days carry their festival, also when they are worked; others follow the week."""
    assert CHINA.status(day) is status
    assert CHINA.name(day) == name


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2030, 6, 18), date(2017, 3, 1), date(1999, 1, 1)])
def test_S15_a_year_without_a_notice_is_unknown(day):
    """Whatever the date, no status is guessed, and asking for one answer raises."""
    assert CHINA.status(day) is DayStatus.UNKNOWN
    with pytest.raises(CalendarUnknown, match=f"{day} is covered by no published"):
        CHINA.is_working(day)


def test_the_three_answers_to_unknown():
    """Raise, the weekly pattern, or nothing is worked that is not known to be."""
    thursday, saturday = date(2027, 1, 7), date(2027, 1, 9)

    assert CHINA.is_working(thursday, on_unknown=OnUnknown.WEEKLY_PATTERN)
    assert not CHINA.is_working(saturday, on_unknown=OnUnknown.WEEKLY_PATTERN)
    assert not CHINA.is_working(thursday, on_unknown=OnUnknown.CONSERVATIVE)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 10, 10), -3, date(2026, 9, 30)),
        (date(2026, 6, 13), 0, date(2026, 6, 13)),
        (date(2026, 6, 13), 1, date(2026, 6, 15)),
        (date(2018, 12, 28), 2, date(2019, 1, 2)),
    ],
)
def test_add_working_days(start, count, expected):
    """The n-th working day after, or before; holidays are stepped over and make-up days are counted."""
    assert CHINA.add_working_days(start, count) == expected


def test_a_deadline_on_a_day_off_moves_to_the_next_working_day():
    """One on a working day stays."""
    assert CHINA.on_or_after(date(2026, 10, 3)) == date(2026, 10, 8)
    assert CHINA.on_or_after(date(2026, 10, 10)) == date(2026, 10, 10)
    assert CHINA.next_working_day(date(2026, 10, 10)) == date(2026, 10, 12)


def test_counting_into_an_unknown_year():
    """A count that needs 2027 raises, follows the week, or finds no day that is known to be worked."""
    last = date(2026, 12, 31)

    assert CHINA.add_working_days(date(2026, 12, 30), 1) == last
    with pytest.raises(CalendarUnknown, match="2027-01-01 is covered by no"):
        CHINA.add_working_days(last, 1)
    assert CHINA.add_working_days(last, 1, on_unknown=OnUnknown.WEEKLY_PATTERN) == date(2027, 1, 1)
    with pytest.raises(CalendarUnknown, match="fewer than 1 days known to be worked"):
        CHINA.add_working_days(last, 1, on_unknown=OnUnknown.CONSERVATIVE)


def test_conservative_counting_crosses_a_gap_to_the_next_known_year():
    """Between a known 2026 and a known 2028 nothing of 2027 is counted."""
    calendar = CHINA.with_notice(Notice.parse("元旦 01-01..01-02", year=2028))
    last = date(2026, 12, 31)

    assert calendar.add_working_days(last, 1, on_unknown=OnUnknown.CONSERVATIVE) == date(2028, 1, 3)
    assert calendar.working_days_between(last, date(2028, 1, 4), on_unknown=OnUnknown.CONSERVATIVE) == 2


@given(start=known_days, first=st.integers(0, 40), second=st.integers(0, 40))
def test_counts_add_up(start, first, second):
    """Going a days and then b days is going a + b days; and back again over a working day."""
    weekly = OnUnknown.WEEKLY_PATTERN
    there = CHINA.add_working_days(start, first, on_unknown=weekly)

    assert CHINA.add_working_days(there, second, on_unknown=weekly) == CHINA.add_working_days(
        start, first + second, on_unknown=weekly
    )
    if CHINA.is_working(start) and first:
        assert CHINA.add_working_days(there, -first, on_unknown=weekly) == start


@given(start=known_days, count=st.integers(1, 60))
def test_between_counts_what_add_steps_over(start, count):
    """Up to the n-th working day after the start lie n - 1 others, and the start itself when it is worked."""
    weekly = OnUnknown.WEEKLY_PATTERN
    end = CHINA.add_working_days(start, count, on_unknown=weekly)

    assert CHINA.is_working(end, on_unknown=weekly)
    between = CHINA.working_days_between(start, end, on_unknown=weekly)
    assert between == count - 1 + CHINA.is_working(start)


class SundayToThursday:
    """A week of another country, as a library of its own would answer it."""

    def status(self, day: date, /) -> DayStatus:
        return DayStatus.OFF if day.weekday() in (4, 5) else DayStatus.WORKING

    def name(self, day: date, /) -> str | None:
        return None


def test_another_source_can_back_the_calendar():
    """Counting asks only for status and name; a notice laid over it decides its own year alone."""
    calendar = WorkdayCalendar(SundayToThursday())
    over = calendar.with_notice(Notice.parse("元旦 01-01", year=2027))

    assert calendar.add_working_days(date(2026, 6, 18), 1) == date(2026, 6, 21)  # Thursday to Sunday
    assert over.status(date(2026, 6, 19)) is DayStatus.OFF  # a Friday of the base's week
    assert over.status(date(2027, 6, 18)) is DayStatus.WORKING  # a Friday of the notice's year
    assert over.name(date(2027, 1, 1)) == "元旦"


class NeverOpen:
    """A source for which every day is off."""

    def status(self, day: date, /) -> DayStatus:
        return DayStatus.OFF

    def name(self, day: date, /) -> str | None:
        return None


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: CHINA.status(datetime(2026, 1, 1)), ArgumentError, "expected a date"),
        (lambda: CHINA.add_working_days(date(2026, 1, 1), True), ArgumentError, "whole numbers"),
        (
            lambda: CHINA.working_days_between(date(2026, 1, 2), date(2026, 1, 1)),
            ArgumentError,
            "before start",
        ),
        (lambda: WorkdayCalendar(NeverOpen()).next_working_day(FIRST), CalendarUnknown, "fewer than 1 days"),
        (lambda: WorkdayCalendar(SundayToThursday()).next_working_day(date.max), ArgumentError, "last date"),
    ],
)
def test_what_is_refused(call, error, says):
    """Wrong arguments, and searches that would not end."""
    with pytest.raises(error, match=says):
        call()


def test_the_notices_are_linked():
    """Each year says where it was published, and amended years say it twice."""
    sources = {notice.year: notice.sources for notice in china_notices()}

    assert list(sources) == list(range(2018, 2027))
    assert [year for year, links in sources.items() if len(links) == 2] == [2019, 2020]
    assert all("gov.cn/zhengce/" in link for links in sources.values() for link in links)


def test_make_up_days_are_weekend_days():
    """A worked day that is listed is a Saturday or Sunday, but for the Monday of the amended 春节 2020."""
    worked = [day.date for notice in china_notices() for day in notice.days if not day.is_off]

    assert [day for day in worked if day.weekday() < 5] == [date(2020, 2, 3)]


def _data(name: str) -> list[dict[str, str]]:
    folder = os.environ.get("PRIVDOMAIN_DATA")
    if not folder:
        pytest.skip("PRIVDOMAIN_DATA is unset: it names the folder with the public data sets")
    with gzip.open(Path(folder) / name, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_embedded_table_equals_the_published_data_set():
    """Every row of the public table, its notice year and its links; read by our own CSV reader too."""
    rows = _data("calendar_cn_2018_2026.csv.gz")
    ours = {
        (day.date.isoformat(), str(notice.year), day.name, str(int(day.is_off)), ";".join(notice.sources))
        for notice in china_notices()
        for day in notice.days
    }

    assert {tuple(row.values()) for row in rows} == ours
    assert len(rows) == 315
    text = "\n".join(",".join(values) for values in [rows[0].keys(), *(row.values() for row in rows)])
    read = WorkdayCalendar(NoticeTable(Notice.all_from_csv(text)))
    days = [FIRST + timedelta(days=ahead) for ahead in range((LAST - FIRST).days + 1)]
    assert [read.status(day) for day in days] == [CHINA.status(day) for day in days]


def test_an_independent_calendar_agrees():
    """The e-commerce calendar's days off are off here, and its make-up days are worked."""
    rows = [row for row in _data("forecast/cn_ecommerce_calendar.csv.gz") if FIRST.isoformat() <= row["date"]]
    off = {row["date"] for row in rows if row["kind"] == "statutory_day_off"}
    worked = {row["date"] for row in rows if row["kind"] == "makeup_workday"}

    assert all(CHINA.status(date.fromisoformat(day)) is DayStatus.OFF for day in off)
    assert all(CHINA.status(date.fromisoformat(day)) is DayStatus.WORKING for day in worked)
    ours = {str(day.date) for notice in china_notices() for day in notice.days if not day.is_off}
    assert worked <= ours
