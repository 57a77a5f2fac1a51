"""Which day a festival falls on and which days its sale usually takes, as data.

Days are facts (dates, lunar dates, a solar term). Sale windows are habits: pre-sale and warm-up start earlier and
differ by platform and year (双11 from late October, 618 from late May), so a window here is a default that
`festivals(…, windows=…)` replaces. Where no window is settled, the day alone stands.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from attrs import frozen

from privdomain.calendar._borax import term_day
from privdomain.calendar.lunar import FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR, LunarDate
from privdomain.errors import ArgumentError, nearest

__all__ = ["FESTIVALS", "FestivalKind", "FestivalRule", "festival_days", "find_festival"]


class FestivalKind(StrEnum):
    """What a festival is: kept by the lunar calendar, by the solar one, or made by shops."""

    LUNAR = "lunar"
    SOLAR = "solar"
    SHOPPING = "shopping"


Days = tuple[date, date, date]
"""First day, the day itself, last day."""


@frozen
class FestivalRule:
    """A festival: its slug, what it is called, and the days it takes in a year.

    ``has_own_day`` is False for a sale that is a span and nothing else (年货节): its day is the first.
    """

    slug: str
    chinese: str
    kind: FestivalKind
    days: Callable[[int], Days]
    also: tuple[str, ...] = ()
    has_own_day: bool = True


def _solar(month: int, day: int, *, since: tuple[int, int] | None = None) -> Callable[[int], Days]:
    first_month, first_day = since or (month, day)

    def days(year: int) -> Days:
        return date(year, first_month, first_day), date(year, month, day), date(year, month, day)

    return days


def _lunar(month: int, day: int) -> Callable[[int], Days]:
    def days(year: int) -> Days:
        when = LunarDate(year, month, day).to_solar()
        return when, when, when

    return days


def _before_new_year(month: int, day: int) -> Callable[[int], Days]:
    # A date of the last lunar month is named by the New Year it leads up to: the 腊八 of 2023 was 2022-12-30.
    def days(year: int) -> Days:
        when = LunarDate(year - 1, month, day).to_solar()
        return when, when, when

    return days


def _new_year_eve(year: int) -> Days:
    eve = LunarDate(year, 1, 1).to_solar() - timedelta(days=1)
    return eve, eve, eve


def _new_year_goods(year: int) -> Days:
    # From 腊八 to 小年 (腊月廿三), when couriers begin to stop.
    first = LunarDate(year - 1, 12, 8).to_solar()
    return first, first, LunarDate(year - 1, 12, 23).to_solar()


def _qingming(year: int) -> Days:
    when = term_day(year, "清明")
    return when, when, when


_RULES = (
    FestivalRule("new_year_eve", "除夕", FestivalKind.LUNAR, _new_year_eve),
    FestivalRule("spring_festival", "春节", FestivalKind.LUNAR, _lunar(1, 1)),
    FestivalRule("lantern", "元宵节", FestivalKind.LUNAR, _lunar(1, 15), ("元宵",)),
    FestivalRule("dragon_boat", "端午节", FestivalKind.LUNAR, _lunar(5, 5), ("端午",)),
    FestivalRule("qixi", "七夕", FestivalKind.LUNAR, _lunar(7, 7), ("七夕节",)),
    FestivalRule("mid_autumn", "中秋节", FestivalKind.LUNAR, _lunar(8, 15), ("中秋",)),
    FestivalRule("double_ninth", "重阳节", FestivalKind.LUNAR, _lunar(9, 9), ("重阳",)),
    FestivalRule("laba", "腊八节", FestivalKind.LUNAR, _before_new_year(12, 8), ("腊八",)),
    FestivalRule("new_year", "元旦", FestivalKind.SOLAR, _solar(1, 1)),
    FestivalRule("valentine", "情人节", FestivalKind.SOLAR, _solar(2, 14)),
    FestivalRule("qingming", "清明节", FestivalKind.SOLAR, _qingming, ("清明",)),
    FestivalRule("labor_day", "劳动节", FestivalKind.SOLAR, _solar(5, 1), ("五一",)),
    FestivalRule("children", "儿童节", FestivalKind.SOLAR, _solar(6, 1), ("六一",)),
    FestivalRule("teachers", "教师节", FestivalKind.SOLAR, _solar(9, 10)),
    FestivalRule("national_day", "国庆节", FestivalKind.SOLAR, _solar(10, 1), ("国庆", "十一")),
    FestivalRule("christmas", "圣诞节", FestivalKind.SOLAR, _solar(12, 25)),
    FestivalRule("new_year_goods", "年货节", FestivalKind.SHOPPING, _new_year_goods, has_own_day=False),
    FestivalRule("queens_day", "女王节", FestivalKind.SHOPPING, _solar(3, 8, since=(3, 1)), ("38", "女神节")),
    FestivalRule("520", "520", FestivalKind.SHOPPING, _solar(5, 20)),
    FestivalRule("618", "618", FestivalKind.SHOPPING, _solar(6, 18, since=(6, 1))),
    FestivalRule("818", "818", FestivalKind.SHOPPING, _solar(8, 18)),
    FestivalRule("99", "99", FestivalKind.SHOPPING, _solar(9, 9)),
    FestivalRule("double_11", "双11", FestivalKind.SHOPPING, _solar(11, 11, since=(11, 1)), ("双十一",)),
    FestivalRule("double_12", "双12", FestivalKind.SHOPPING, _solar(12, 12), ("双十二",)),
)

FESTIVALS = {rule.slug: rule for rule in _RULES}
_BY_NAME = {name: rule for rule in _RULES for name in (rule.slug, rule.chinese, *rule.also)}


def find_festival(name: str) -> FestivalRule:
    """The festival of that slug or Chinese name; `ArgumentError` with the nearest for any other."""
    rule = _BY_NAME.get(name) if isinstance(name, str) else None
    if rule is None:
        close = nearest(name, _BY_NAME) if isinstance(name, str) else None
        hint = f"did you mean {close!r}?" if close else "known are " + ", ".join(FESTIVALS)
        raise ArgumentError(f"{name!r} is not a festival; {hint}")
    return rule


def festival_days(name: str, *, year: int) -> Days:
    """First day, the day itself and last day of a festival in a year."""
    rule = find_festival(name)
    first, last = FIRST_LUNAR_YEAR + 1, LAST_LUNAR_YEAR
    if isinstance(year, bool) or not isinstance(year, int) or not first <= year <= last:
        raise ArgumentError(f"year is {year!r}; festivals are known from {first} to {last}")
    return rule.days(year)
