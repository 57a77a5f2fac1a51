"""Festivals: their days against two tables, their windows, and what a period holds."""

import csv
import gzip
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from privdomain.calendar import FestivalKind, Period, festival, festival_names, festivals
from privdomain.errors import ArgumentError

# Days of festivals as published calendars print them.
DAYS = {
    "spring_festival": "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    "new_year_eve": "2024-02-09 2025-01-28 2026-02-16",
    "lantern": "2024-02-24 2025-02-12 2026-03-03",
    "qingming": "2024-04-04 2025-04-04 2026-04-05",
    "dragon_boat": "2024-06-10 2025-05-31 2026-06-19",
    "qixi": "2024-08-10 2025-08-29 2026-08-19",
    "mid_autumn": "2024-09-17 2025-10-06 2026-09-25",
    "double_ninth": "2024-10-11 2025-10-29 2026-10-18",
    "laba": "2024-01-18 2025-01-07 2026-01-26",
    "queens_day": "2026-03-08",
    "520": "2026-05-20",
    "618": "2026-06-18",
    "818": "2026-08-18",
    "99": "2026-09-09",
    "double_11": "2026-11-11",
    "double_12": "2026-12-12",
    "new_year_goods": "2026-01-26",
}

DATA_SLUGS = {
    "spring_festival": "spring_festival",
    "new_year_eve": "new_year_eve",
    "lantern": "lantern",
    "dragon_boat": "dragon_boat",
    "qixi": "qixi",
    "mid_autumn": "mid_autumn",
    "double_ninth": "double_ninth",
    "laba": "laba",
    "year_goods_new_year": "new_year",
    "valentine": "valentine",
    "qingming": "qingming",
    "labour_day": "labor_day",
    "children": "children",
    "teachers": "teachers",
    "national_day": "national_day",
    "christmas": "christmas",
    "queens_day_38": "queens_day",
    "love_520": "520",
    "shopping_618": "618",
    "shopping_818": "818",
    "shopping_99": "99",
    "shopping_1111": "double_11",
    "shopping_1212": "double_12",
}


@pytest.mark.parametrize(("slug", "days"), DAYS.items())
def test_the_day_of_a_festival(slug, days):
    """Day by day as printed, for every lunar and shopping festival."""
    for day in map(date.fromisoformat, days.split()):
        assert festival(slug, year=day.year).day == day


def test_what_belongs_to_the_new_year_it_leads_up_to():
    """The 腊八 of 2023 was in December 2022: solar 2022 had two, solar 2023 none."""
    assert festival("laba", year=2022).day == date(2022, 1, 10)
    assert festival("laba", year=2023).day == date(2022, 12, 30)
    assert [one.day for one in festivals(Period.year(2022)) if one.slug == "laba"] == [
        date(2022, 1, 10),
        date(2022, 12, 30),
    ]
    assert [one.year for one in festivals(Period.year(2023)) if one.slug == "laba"] == []


def test_every_day_agrees_with_the_public_calendar():
    """All 552 days of 2012 to 2035 of the e-commerce calendar, festival by festival."""
    folder = os.environ.get("PRIVDOMAIN_DATA")
    if not folder:
        pytest.skip("PRIVDOMAIN_DATA is unset: it names the folder with the public data sets")
    path = Path(folder) / "forecast" / "cn_ecommerce_calendar.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["event"] in DATA_SLUGS]
    theirs = {(DATA_SLUGS[row["event"]], row["date"]) for row in rows}
    ours = {
        (slug, str(festival(slug, year=year).day))
        for slug in DATA_SLUGS.values()
        # the table lists the 腊八 of lunar years 2012 to 2035, ours is named by the New Year after it
        for year in (range(2013, 2037) if slug == "laba" else range(2012, 2036))
    }

    assert len(rows) == 23 * 24
    assert ours == theirs


WINDOWS = [
    ("queens_day", "2026-03-01", "2026-03-08"),
    ("520", "2026-05-20", "2026-05-20"),
    ("618", "2026-06-01", "2026-06-18"),
    ("818", "2026-08-18", "2026-08-18"),
    ("99", "2026-09-09", "2026-09-09"),
    ("double_11", "2026-11-01", "2026-11-11"),
    ("double_12", "2026-12-12", "2026-12-12"),
    ("new_year_goods", "2026-01-26", "2026-02-10"),
]


@pytest.mark.parametrize(("slug", "first", "last"), WINDOWS)
def test_the_default_sale_days(slug, first, last):
    """Whole local days, the last included; they are shopping festivals, and Period has them by name."""
    sale = festival(slug, year=2026)

    assert sale.period == Period.days(date.fromisoformat(first), date.fromisoformat(last))
    assert sale.period == Period.festival(slug, 2026)
    assert sale.kind is FestivalKind.SHOPPING


def test_a_platforms_own_window_is_passed_in():
    """It takes the place of the default for that year alone, and may begin much earlier."""
    windows = {("double_11", 2026): (date(2026, 10, 14), date(2026, 11, 14))}

    assert festival("双11", year=2026, windows=windows).period == Period.days(*windows["double_11", 2026])
    assert festival("双11", year=2025, windows=windows).period == Period.festival("double_11", 2025)
    october = festivals(Period.month(2026, 10), windows=windows)
    assert [one.slug for one in october] == ["national_day", "double_11", "double_ninth"]


def test_a_window_may_reach_into_the_next_year():
    """January holds the end of a Christmas sale of the year before."""
    windows = {("christmas", 2025): (date(2025, 12, 20), date(2026, 1, 5))}
    january = festivals(Period.month(2026, 1), windows=windows)

    assert (january[0].slug, january[0].year) == ("christmas", 2025)


def test_a_sale_without_a_day_of_its_own_begins_where_its_window_does():
    """年货节 is a span and nothing else."""
    windows = {("new_year_goods", 2026): (date(2026, 1, 5), date(2026, 1, 20))}

    assert festival("年货节", year=2026, windows=windows).day == date(2026, 1, 5)


def test_a_name_is_a_slug_or_chinese():
    """And every slug has its Chinese name."""
    names = festival_names()

    assert len(names) == 24
    for slug, chinese in names.items():
        assert festival(chinese, year=2026) == festival(slug, year=2026)
    assert festival("双十一", year=2026).slug == "double_11"
    assert festival("38", year=2026).chinese == "女王节"


def test_festivals_of_a_period_are_those_that_reach_into_it():
    """In order of their first day; one that only touches the period is not in it."""
    assert [one.slug for one in festivals(Period.days(date(2026, 6, 2), date(2026, 6, 19)))] == [
        "618",
        "dragon_boat",
    ]
    assert festivals(Period.days(date(2026, 11, 12), date(2026, 11, 30))) == []
    assert [one.slug for one in festivals(Period.days(date(2026, 1, 1), date(2026, 2, 17)))] == [
        "new_year",
        "laba",
        "new_year_goods",
        "valentine",
        "new_year_eve",
        "spring_festival",
    ]


def test_festivals_follow_the_zone():
    """12 December begins eight hours later in London, and the list of a period is made in that zone."""
    shanghai = festival("double_12", year=2026).period
    london = festival("double_12", year=2026, zone="Europe/London").period
    first_hours = Period(shanghai.start, london.start)

    assert first_hours.length == timedelta(hours=8)
    assert [one.slug for one in festivals(first_hours)] == ["double_12"]
    assert festivals(first_hours, zone="Europe/London") == []


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: festival("mid_autum", year=2026), "did you mean 'mid_autumn'"),
        (lambda: festival("xyz", year=2026), "known are new_year_eve"),
        (lambda: festival(618, year=2026), "618 is not a festival"),
        (lambda: festival("618", year=1900), "from 1901 to 2100"),
        (lambda: festival("618", year=True), "from 1901 to 2100"),
        (lambda: festivals(Period.year(2101)), "the years festivals are known for"),
        (
            lambda: festival(
                "618", year=2026, windows={("618", 2026): (date(2026, 5, 1), date(2026, 5, 31))}
            ),
            "does not hold 618 2026 itself, 2026-06-18",
        ),
        (
            lambda: festivals(
                Period.year(2026), windows={("双11", 2026): (date(2026, 11, 1), date(2026, 11, 11))}
            ),
            "use the slug 'double_11'",
        ),
        (
            lambda: festivals(
                Period.year(2026), windows={("doubel_11", 2026): (date(2026, 1, 1), date(2026, 1, 1))}
            ),
            "did you mean 'double_11'",
        ),
    ],
)
def test_what_is_refused(call, says):
    """Unknown names with the nearest, years outside the table, windows that cannot be meant."""
    with pytest.raises(ArgumentError, match=says):
        call()
