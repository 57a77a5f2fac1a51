"""Reading yearly notices: the compact line, holiday-cn JSON, a CSV table."""

import json
from datetime import date, timedelta

import pytest

from privdomain.calendar import (
    CHINA,
    DayStatus,
    Notice,
    NoticeDay,
    NoticeTable,
    WorkdayCalendar,
    china_notices,
)
from privdomain.errors import ArgumentError, TableError

JSON_2026 = {
    "year": 2026,
    "papers": ["https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"],
    "days": [
        {"name": "元旦", "date": "2026-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2026-01-04", "isOffDay": False},
    ],
}
CSV_HEAD = "date,notice_year,name,is_off_day,source\n"


def test_the_compact_line_and_the_json_file_say_the_same():
    """Two ways of writing one notice."""
    line = Notice.parse("元旦 01-01 +01-04", year=2026, sources=JSON_2026["papers"])

    assert Notice.from_json(json.dumps(JSON_2026)) == line
    assert line.days == (
        NoticeDay(date(2026, 1, 1), "元旦", is_off=True),
        NoticeDay(date(2026, 1, 4), "元旦", is_off=False),
    )


def test_a_csv_table_brings_one_notice_a_year():
    """Rows are grouped by notice_year, and December days stay with the notice that set them."""
    text = (
        CSV_HEAD
        + "2018-12-29,2019,元旦,0,http://a/1;http://a/2\n2019-01-01,2019,元旦,1,http://a/1;http://a/2\n"
        + "2018-01-01,2018,元旦,1,http://b/1\n"
    )
    first, second = Notice.all_from_csv(text)

    assert (first.year, second.year) == (2018, 2019)
    assert second.sources == ("http://a/1", "http://a/2")
    assert [day.date for day in second.days] == [date(2018, 12, 29), date(2019, 1, 1)]


def test_a_year_file_before_its_notice_is_refused():
    """holiday-cn has an empty file for a year to come: taking it would make every weekday of it known."""
    with pytest.raises(TableError, match="published the autumn before"):
        Notice.from_json('{"year": 2027, "papers": [], "days": []}')


def test_every_bad_day_of_a_json_file_is_named():
    """One error, all paths."""
    days = [
        {"name": "元旦", "date": "2026-13-01", "isOffDay": True},
        {"name": "", "date": "2026-01-02", "isOffDay": 1},
        "2026-01-03",
    ]
    with pytest.raises(TableError) as refused:
        Notice.from_json(json.dumps({**JSON_2026, "days": days}))

    assert [problem.path for problem in refused.value.problems] == [
        "days[0].date",
        "days[1].isOffDay",
        "days[1].name",
        "days[2].date",
        "days[2].isOffDay",
        "days[2].name",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"year": "2026", "days": []}', "year: is '2026'"),
        ('{"year": 2026}', "days: is no list"),
        (json.dumps({**JSON_2026, "year": 2025}), "expected a day of 2025 or of December 2024"),
        (json.dumps({**JSON_2026, "days": JSON_2026["days"] * 2}), "listed twice"),
    ],
)
def test_a_json_file_that_cannot_be_right_is_refused(text, says):
    """Wrong structure, a wrong year, a day listed twice."""
    with pytest.raises(TableError, match=says):
        Notice.from_json(text)


def test_every_bad_row_of_a_csv_table_is_named_by_its_line():
    """One error, all lines, counted with the heading."""
    text = CSV_HEAD + "2026-01-01,2026,元旦,1,\n2026-01-32,2026,元旦,1,\n2026-01-03,x,元旦,yes,\n2026-01-04\n"
    with pytest.raises(TableError) as refused:
        Notice.all_from_csv(text)

    assert [problem.path for problem in refused.value.problems] == [
        "line 3 date",
        "line 4 is_off_day",
        "line 4 notice_year",
        "line 5 is_off_day",
        "line 5 notice_year",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "lacks date, notice_year, name, is_off_day"),
        ("date,name\n2026-01-01,元旦\n", "lacks notice_year, is_off_day"),
        (CSV_HEAD, "there are none"),
        (CSV_HEAD + "2024-01-01,2026,元旦,1,\n", "expected a day of 2026"),
    ],
)
def test_a_csv_table_that_cannot_be_right_is_refused(text, says):
    """Missing columns, no rows, a day of another year."""
    with pytest.raises(TableError, match=says):
        Notice.all_from_csv(text)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "there are none"),
        ("元旦", "there are none"),
        ("元旦 01-01..1-x", "'1-x' in the notice of 2026 is not a day"),
        ("元旦 02-30", "'02-30'"),
        ("元旦 01-03..01-01", "runs backwards"),
        ("元旦 01-01 +01-01", "listed twice"),
        ("元旦 2025-11-30", "expected a day of 2026 or of December 2025"),
    ],
)
def test_a_line_that_cannot_be_right_is_refused(line, says):
    """A notice with a mistake in it is not taken."""
    with pytest.raises(ArgumentError, match=says):
        Notice.parse(line, year=2026)


def test_a_newer_notice_makes_its_year_known_and_the_old_calendar_stays():
    """Calendars are values."""
    newer = CHINA.with_notice(Notice.parse("元旦 01-01..01-03; 元旦 +2026-12-27", year=2027))

    assert newer.status(date(2027, 5, 20)) is DayStatus.WORKING
    assert CHINA.status(date(2027, 5, 20)) is DayStatus.UNKNOWN
    assert (
        newer.status(date(2026, 12, 27)) is DayStatus.WORKING
    )  # a Sunday, made up for the next year's holiday
    assert CHINA.status(date(2026, 12, 27)) is DayStatus.OFF


def test_an_amended_notice_takes_the_place_of_the_first():
    """劳动节 2019 was one day in December 2018 and four days in March 2019."""
    first = Notice.parse("劳动节 05-01", year=2019)
    amended = Notice.parse("劳动节 05-01..05-04 +04-28 +05-05", year=2019)
    calendar = WorkdayCalendar(NoticeTable([first]))

    assert calendar.status(date(2019, 5, 2)) is DayStatus.WORKING
    assert calendar.with_notice(amended).status(date(2019, 5, 2)) is DayStatus.OFF
    assert calendar.with_notice(amended).status(date(2019, 5, 5)) is DayStatus.WORKING


@pytest.mark.parametrize("turn", [list, reversed])
def test_the_notice_of_the_later_year_decides_a_december_day(turn):
    """Both list 31 December 2026; whichever is added first, the newer one holds."""
    notices = [Notice.parse("年末 +12-31", year=2026), Notice.parse("元旦 2026-12-31..01-02", year=2027)]
    calendar = WorkdayCalendar(NoticeTable(turn(notices)))

    assert calendar.status(date(2026, 12, 31)) is DayStatus.OFF
    assert calendar.name(date(2026, 12, 31)) == "元旦"


def test_reading_order_does_not_matter():
    """A table read backwards is the same table."""
    notices = china_notices()
    backwards = WorkdayCalendar(NoticeTable(reversed(notices)))
    days = [date(2018, 1, 1) + timedelta(days=ahead) for ahead in range(9 * 365 + 2)]

    assert [backwards.status(day) for day in days] == [CHINA.status(day) for day in days]
    assert backwards == CHINA
