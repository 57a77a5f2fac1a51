"""The one door to borax: the lengths of lunar months and the days of solar terms, as plain values.

Loaded by the first lunar date, not by the room: borax costs more to import than everything else here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

__all__ = ["first_lunar_day", "lunar_months", "term_day"]


def _lunardate() -> Any:
    # borax has no type information; what is taken from it is converted right here
    from borax.calendars import (  # type: ignore[import-untyped]  # noqa: PLC0415
        lunardate,  # pyright: ignore[reportMissingTypeStubs]
    )

    return lunardate


def first_lunar_day() -> date:
    """The solar date of the first lunar day there is a table for, 1900-01-31."""
    day: date = _lunardate().MIN_SOLAR_DATE
    return day


def lunar_months(year: int) -> Iterator[tuple[int, int, bool]]:
    """The months of a lunar year in order: number, days, whether it is the leap one."""
    for number, days, leap in _lunardate().LCalendars.iter_year_month(year):
        yield int(number), int(days), bool(leap)


def term_day(year: int, name: str) -> date:
    """The day of a solar term (节气) in a solar year from 1900 to 2100."""
    day: date = _lunardate().TermUtils.nth_term_day(year, term_name=name)
    return day
