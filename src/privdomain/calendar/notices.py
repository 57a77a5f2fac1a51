"""A yearly holiday notice: what it says of which days, and the files it is read from.

The rule of the file: a notice lists days off and make-up working days of one year (and may list days of the
December before); every other day of its year follows the week. A file without a single day is not a notice but
the place where one will be, and is refused: a year may not become known by accident.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from attrs import field, frozen

from privdomain.calendar.zones import check_date
from privdomain.errors import ArgumentError, Problem, TableError

__all__ = ["Notice", "NoticeDay"]

_CSV_COLUMNS = ("date", "notice_year", "name", "is_off_day")
_FLAGS = {"1": True, "0": False, "true": True, "false": False}


@frozen
class NoticeDay:
    """One listed day: a day off, or a working day (调休 make-up), and the festival it belongs to."""

    date: date
    name: str
    is_off: bool


def _day_tuple(days: Iterable[NoticeDay]) -> tuple[NoticeDay, ...]:
    return tuple(days)


@frozen
class Notice:
    """The days off and make-up working days of ``year``, and the links of the notice that says so.

    ```python
    from privdomain.calendar import Notice

    notice = Notice.parse("元旦 01-01..01-03 +01-04", year=2026, sources=("https://www.gov.cn/",))
    assert [day.is_off for day in notice.days] == [True, True, True, False]
    ```

    Raises:
        ArgumentError: for no days, a day listed twice, or a day of another year than the notice's own (or the
            December before it).
    """

    year: int
    days: tuple[NoticeDay, ...] = field(converter=_day_tuple)
    sources: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = _day_problems(self.year, self.days)
        if problems:
            raise ArgumentError(f"the notice of {self.year} cannot be right", problems=problems)

    @classmethod
    def parse(cls, text: str, *, year: int, sources: Sequence[str] = ()) -> Notice:
        """From one line: ``"元旦 01-01..01-03 +01-04; 清明节 04-05"``; ``+`` marks a day that is worked.

        Days are ``MM-DD`` of the year, or written with a year for the December before.

        Raises:
            ArgumentError: for a part that is not a day, naming it.
        """
        days: list[NoticeDay] = []
        for entry in filter(None, (part.strip() for part in text.split(";"))):
            name, *parts = entry.split()
            for part in parts:
                worked = part.startswith("+")
                first, _, last = part.removeprefix("+").partition("..")
                start, end = _short_date(first, year=year), _short_date(last or first, year=year)
                days += [NoticeDay(day, name, is_off=not worked) for day in _span(start, end)]
        return cls(year, days, tuple(sources))

    @classmethod
    def from_json(cls, text: str) -> Notice:
        """From a holiday-cn year file: ``{"year": …, "papers": […], "days": [{"name", "date", "isOffDay"}]}``.

        Raises:
            TableError: for text that is no such file, listing every bad day; also for a file without days, which
                is what a year looks like before its notice is published.
        """
        try:
            loaded: object = json.loads(text)
        except ValueError as error:
            raise TableError(f"the holiday file is not JSON: {error}") from None
        if not isinstance(loaded, dict):
            raise TableError("the holiday file is not an object with year, papers and days")
        document = cast("dict[str, Any]", loaded)
        year, rows = document.get("year"), document.get("days")
        problems: list[Problem] = []
        if isinstance(year, bool) or not isinstance(year, int):
            problems.append(Problem("year", f"is {year!r}", "a whole number"))
        if not isinstance(rows, list):
            problems.append(Problem("days", "is no list", "objects with name, date, isOffDay"))
        days: list[NoticeDay] = []
        for place, row in enumerate(cast("list[object]", rows) if isinstance(rows, list) else []):
            given = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
            day = _iso_date(given.get("date"), path=f"days[{place}].date", problems=problems)
            is_off, name = given.get("isOffDay"), given.get("name")
            if not isinstance(is_off, bool):
                problems.append(Problem(f"days[{place}].isOffDay", f"is {is_off!r}", "true or false"))
            if not isinstance(name, str) or not name:
                problems.append(Problem(f"days[{place}].name", f"is {name!r}", "the name of the festival"))
            if day is not None and isinstance(is_off, bool) and isinstance(name, str):
                days.append(NoticeDay(day, name, is_off=is_off))
        papers = document.get("papers")
        links = cast("list[object]", papers) if isinstance(papers, list) else []
        if not problems and isinstance(year, int):
            problems = _day_problems(year, days)
        if problems or not isinstance(year, int):
            raise TableError("the holiday file cannot be used", problems=problems)
        return cls(year, days, tuple(str(link) for link in links))

    @classmethod
    def all_from_csv(cls, text: str) -> list[Notice]:
        """From a table with the columns ``date, notice_year, name, is_off_day`` and, if there is one, ``source``.

        ``is_off_day`` is 1 for a day off, 0 for a day that is worked; ``source`` may hold several links joined by
        ``;``. One notice a year is returned, by year.

        Raises:
            TableError: for missing columns, or with every bad row by its line number.
        """
        reader = csv.DictReader(io.StringIO(text))
        missing = [name for name in _CSV_COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise TableError(f"the holiday table lacks {', '.join(missing)}; it has {reader.fieldnames}")
        days: dict[int, list[NoticeDay]] = {}
        links: dict[int, dict[str, None]] = {}
        problems: list[Problem] = []
        for row in reader:
            line = f"line {reader.line_num}"
            day = _iso_date(row["date"], path=f"{line} date", problems=problems)
            is_off = _FLAGS.get((row["is_off_day"] or "").strip().lower())
            if is_off is None:
                problems.append(Problem(f"{line} is_off_day", f"is {row['is_off_day']!r}", "1 or 0"))
            year = int(row["notice_year"]) if (row["notice_year"] or "").strip().isdecimal() else None
            if year is None:
                problems.append(Problem(f"{line} notice_year", f"is {row['notice_year']!r}", "a year"))
            if day is None or is_off is None or year is None:
                continue
            days.setdefault(year, []).append(NoticeDay(day, row["name"] or "", is_off=is_off))
            links.setdefault(year, {}).update(
                dict.fromkeys(filter(None, (row.get("source") or "").split(";")))
            )
        if not days and not problems:
            problems.append(Problem("rows", "there are none", "at least one listed day"))
        for year, listed in days.items():
            problems += _day_problems(year, listed)
        if problems:
            raise TableError("the holiday table cannot be used", problems=problems)
        return [cls(year, days[year], tuple(links[year])) for year in sorted(days)]


def index_days(notices: Iterable[Notice]) -> Mapping[date, NoticeDay]:
    """Every listed day of notices in order of their years; where two list the same day, the later decides."""
    return {day.date: day for notice in notices for day in notice.days}


def _day_problems(year: int, days: Sequence[NoticeDay]) -> list[Problem]:
    if not days:
        return [
            Problem(f"days of {year}", "there are none", "the notice, which is published the autumn before")
        ]
    problems: list[Problem] = []
    seen: set[date] = set()
    for place, listed in enumerate(days):
        check_date(listed.date, name=f"days[{place}].date")
        if listed.date in seen:
            problems.append(Problem(f"days[{place}].date", f"{listed.date} is listed twice", "each day once"))
        seen.add(listed.date)
        if listed.date.year != year and (listed.date.year, listed.date.month) != (year - 1, 12):
            expected = f"a day of {year} or of December {year - 1}"
            problems.append(Problem(f"days[{place}].date", f"is {listed.date}", expected))
    return problems


def _iso_date(value: object, *, path: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _not_a_date(value)
    except ValueError:
        problems.append(Problem(path, f"is {value!r}", "a date such as 2027-01-01"))
        return None


def _not_a_date(value: object) -> date:
    raise ValueError(value)


def _short_date(text: str, *, year: int) -> date:
    try:
        return date.fromisoformat(text if text.count("-") == 2 else f"{year}-{text}")
    except ValueError:
        raise ArgumentError(
            f"{text!r} in the notice of {year} is not a day; write 05-01 or 2026-05-01"
        ) from None


def _span(start: date, end: date) -> list[date]:
    if end < start:
        raise ArgumentError(f"{start}..{end} runs backwards")
    return [start + timedelta(days=ahead) for ahead in range((end - start).days + 1)]
