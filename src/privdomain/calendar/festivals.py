"""Festivals and sales as periods: 春节, 中秋节, 618, 双11 and the others, with their slugs and Chinese names.

The rule of the file: the day of a festival is a fact, the window of a sale is a habit. Pre-sale windows differ by
platform and year and are passed in; the defaults are the usual sale days of the trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from attrs import frozen

from privdomain.calendar._festival_table import FESTIVALS, FestivalKind, festival_days, find_festival
from privdomain.calendar.lunar import FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR
from privdomain.calendar.periods import Period
from privdomain.calendar.zones import BUSINESS_ZONE, Zone, find_zone, local_date
from privdomain.errors import ArgumentError

__all__ = ["Festival", "FestivalKind", "Windows", "festival", "festival_names", "festivals"]

Windows = Mapping[tuple[str, int], tuple[date, date]]
"""The sale days of a platform: (slug, year) to first and last day, both included."""


@frozen
class Festival:
    """A festival in one year: ``day`` is the day it is named after, ``period`` what it takes.

    ``year`` is the year asked for; what falls in the last lunar month (腊八, 除夕, 年货节) belongs to the New Year
    it leads up to.
    """

    slug: str
    chinese: str
    kind: FestivalKind
    year: int
    day: date
    period: Period


def festival_names() -> dict[str, str]:
    """Every slug with its Chinese name.

    ```python
    from privdomain.calendar import festival_names

    assert festival_names()["mid_autumn"] == "中秋节"
    assert festival_names()["new_year_goods"] == "年货节"
    ```
    """
    return {slug: rule.chinese for slug, rule in FESTIVALS.items()}


def festival(name: str, *, year: int, zone: Zone = BUSINESS_ZONE, windows: Windows | None = None) -> Festival:
    """One festival by its slug or Chinese name.

    ```python
    from datetime import date
    from privdomain.calendar import Period, festival

    sale = festival("618", year=2026, windows={("618", 2026): (date(2026, 5, 21), date(2026, 6, 20))})
    assert sale.day == date(2026, 6, 18)
    assert sale.period == Period.days(date(2026, 5, 21), date(2026, 6, 20))
    ```

    Raises:
        ArgumentError: for a name that is not known (with the nearest), a year outside 1901 … 2100, or a window
            that does not hold the day.
    """
    rule = find_festival(name)
    first, day, last = festival_days(rule.slug, year=year)
    given = _checked(windows).get((rule.slug, year))
    if given is not None:
        first, last = given
        day = day if rule.has_own_day else first
        if not first <= day <= last:
            raise ArgumentError(
                f"the window {first} to {last} does not hold {rule.slug} {year} itself, {day}"
            )
    return Festival(
        slug=rule.slug,
        chinese=rule.chinese,
        kind=rule.kind,
        year=year,
        day=day,
        period=Period.days(first, last, zone=zone),
    )


def festivals(
    period: Period, *, zone: Zone = BUSINESS_ZONE, windows: Windows | None = None
) -> list[Festival]:
    """Every festival whose days reach into the period, by the beginning of its days, then its slug.

    ```python
    from privdomain.calendar import Period, festivals

    june = [one.slug for one in festivals(Period.month(2026, 6))]
    assert june == ["618", "children", "dragon_boat"]
    ```

    Raises:
        ArgumentError: for a window of a festival that is not known, or a period outside 1901 … 2100.
    """
    found = find_zone(zone)
    first = local_date(period.start, zone=found).year
    last = local_date(period.end - timedelta(microseconds=1), zone=found).year
    earliest, latest = FIRST_LUNAR_YEAR + 1, LAST_LUNAR_YEAR
    if first < earliest or last > latest:
        raise ArgumentError(
            f"{period} reaches out of {earliest} to {latest}, the years festivals are known for"
        )
    # what is named after a year may lie in the one before it (腊八), and a window given may reach into the next
    every = [
        festival(slug, year=year, zone=found, windows=windows)
        for year in range(max(first - 1, earliest), min(last + 1, latest) + 1)
        for slug in FESTIVALS
    ]
    inside = [one for one in every if one.period.overlap(period)]
    return sorted(inside, key=lambda one: (one.period.start, one.slug))


def _checked(windows: Windows | None) -> Windows:
    for slug, year in windows or {}:
        if slug not in FESTIVALS:
            known = find_festival(slug).slug  # raises with the nearest name
            raise ArgumentError(
                f"windows[{slug!r}, {year}] is named by its Chinese name; use the slug {known!r}"
            )
    return windows or {}
