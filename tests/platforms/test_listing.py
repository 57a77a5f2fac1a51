"""Listings by time: each item once, whatever the platform's windows, ends and pages are like."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, ProtocolViolation, Unsupported
from privdomain.platforms import Flow, Page
from privdomain.platforms._listing import Listed, Listing, Numbered, read_backwards

T0 = datetime(2026, 11, 1, tzinfo=UTC)
BASE = int(T0.timestamp())
WINDOW_S = 20
BOUNDS = ["[]", "[)", "(]", "()"]


@frozen
class Row:
    """Something with a time, in seconds from the beginning of the tests' calendar."""

    name: str
    at: float

    @property
    def moment(self) -> datetime:
        return T0 + timedelta(seconds=self.at)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


class Server:
    """A platform with rows: how its window's ends count, how it sorts, how deep it pages."""

    def __init__(
        self, rows: Iterable[Row], *, bounds: str = "[]", newest_first: bool = False, size: int = 3,
        most: int = 10**9, longest_s: int = WINDOW_S,
    ) -> None:  # fmt: skip
        self.rows = list(rows)
        self.bounds, self.newest_first, self.size, self.most = bounds, newest_first, size, most
        self.longest_s = longest_s
        self.asked: list[tuple[int, int, str]] = []
        self.between: Callable[[int], None] = lambda number: None

    def found(self, since: int, until: int) -> list[Row]:
        since, until = since - BASE, until - BASE
        assert until - since <= self.longest_s, "the platform refuses longer windows"

        def inside(row: Row) -> bool:
            second = int(row.at // 1)  # platforms compare what they show
            lower = second >= since if self.bounds[0] == "[" else second > since
            return lower and (second <= until if self.bounds[1] == "]" else second < until)

        return sorted(
            filter(inside, self.rows), key=lambda row: (row.at, row.name), reverse=self.newest_first
        )

    def by_key(self, since: int, until: int, mark: str) -> Flow[Listed[Row]]:
        yield from ()
        self.asked.append((since - BASE, until - BASE, mark))
        self.between(len(self.asked))
        found = self.found(since, until)
        begin = int(mark or 0)
        end = begin + self.size
        return Listed(items=tuple(found[begin:end]), mark=str(end) if end < len(found) else None)

    def by_number(self, since: int, until: int, mark: str) -> Flow[Listed[Row]]:
        def page(number: int) -> Flow[Numbered[Row]]:
            yield from ()
            self.asked.append((since - BASE, until - BASE, str(number)))
            self.between(len(self.asked))
            found = self.found(since, until)
            begin = (number - 1) * self.size
            assert begin < self.most, "the platform does not page as deep as that"
            return Numbered(items=tuple(found[begin : begin + self.size]), total=len(found))

        return (yield from read_backwards(page, mark, first=1, size=self.size, most=self.most))


def listing(ask: Any, **changes: Any) -> Listing[Row]:
    usual: dict[str, Any] = {
        "of": "rows", "platform": "little", "shop_id": "s1", "window": timedelta(seconds=WINDOW_S),
        "ask": ask, "name": lambda row: row.name, "moment": lambda row: row.moment,
    }  # fmt: skip
    return Listing(**(usual | changes))


def pages(made: Listing[Row], period: Period, start: str | None = None) -> list[Page[Row]]:
    """All pages; these servers need nothing of a driver."""
    found: list[Page[Row]] = []
    for step in made.pages(start, period, now=at(10_000)):
        assert isinstance(step, Page)
        found.append(step)
    return found


def names(found: Iterable[Page[Row]]) -> list[str]:
    return [row.name for page in found for row in page.items]


rows_of = st.lists(
    st.one_of(st.integers(-5, 110), st.sampled_from([0, 19, 20, 21, 39, 40, 60, 80, 99, 100])), max_size=40
).map(lambda moments: [Row(f"r{n}", moment) for n, moment in enumerate(moments)])


# --- each once ---


@given(
    rows=rows_of,
    bounds=st.sampled_from(BOUNDS),
    kind=st.sampled_from(["by_key", "by_number"]),
    newest_first=st.booleans(),
    size=st.integers(1, 7),
    begin=st.integers(0, 60),
    length=st.integers(1, 60),
)
def test_each_row_of_a_period_is_given_once(
    rows: list[Row], bounds: str, kind: str, newest_first: bool, size: int, begin: int, length: int
) -> None:
    """Inclusive or exclusive ends, sorted either way, pages of any size: no row twice, none passed by, none of others."""
    server = Server(rows, bounds=bounds, newest_first=newest_first, size=size)
    made = listing(getattr(server, kind), early=1 if bounds[0] == "(" else 0)
    found = pages(made, Period(at(begin), at(begin + length)))

    assert Counter(names(found)) == Counter(row.name for row in rows if begin <= row.at < begin + length)
    assert found[-1].cursor is None
    assert all(list(page.items) == sorted(page.items, key=lambda row: row.at) for page in found)


@given(rows=rows_of, bounds=st.sampled_from(BOUNDS), cuts=st.sets(st.integers(1, 99), max_size=5))
def test_periods_that_touch_share_nothing_and_lose_nothing(
    rows: list[Row], bounds: str, cuts: set[int]
) -> None:
    """However a time is cut, its parts together are the whole; starting early also suits who includes his start."""
    for early in {1, 0 if bounds[0] == "[" else 1}:
        edges = [0, *sorted(cuts), 100]
        found = [
            name
            for begin, end in pairwise(edges)
            for name in names(
                pages(listing(Server(rows, bounds=bounds).by_key, early=early), Period(at(begin), at(end)))
            )
        ]
        assert Counter(found) == Counter(row.name for row in rows if 0 <= row.at < 100)


@given(
    st.lists(st.floats(0, 100).map(lambda x: round(x, 2)), max_size=30),
    st.sampled_from(["[]", "[)"]),
    st.lists(st.floats(1, 99).map(lambda x: round(x, 2)), max_size=4, unique=True),
)
def test_moments_finer_than_the_windows_get_lost_nowhere(
    moments: list[float], bounds: str, cuts: list[float]
) -> None:
    """Windows in seconds, rows and periods in hundredths: each row once over periods that touch."""
    rows = [Row(f"r{n}", moment) for n, moment in enumerate(moments)]
    edges = [0.0, *sorted(cuts), 101.0]
    found = [
        name
        for begin, end in pairwise(edges)
        for name in names(pages(listing(Server(rows, bounds=bounds).by_key), Period(at(begin), at(end))))
    ]
    assert Counter(found) == Counter(row.name for row in rows)


@pytest.mark.parametrize("bounds", BOUNDS)
def test_windows_touch_and_are_no_longer_than_allowed(bounds: str) -> None:
    """The last second of one is the first of the next; who begins early asks for a second less."""
    early = int(bounds[0] == "(")
    server = Server([], bounds=bounds)
    pages(listing(server.by_key, early=early), Period(at(0), at(45)))

    wanted = [(0, 20), (20, 40), (40, 45)] if not early else [(-1, 19), (18, 38), (37, 45)]
    assert [(since, until) for since, until, _ in server.asked] == wanted


def test_a_row_at_a_seam_that_has_changed_is_given_again() -> None:
    """Where the name says the version: what is left out is the same copy, not the same row."""
    server = Server([Row("a@1", 20)])

    def change(number: int) -> None:
        if number == 2:
            server.rows = [Row("a@2", 20)]

    server.between = change
    assert names(pages(listing(server.by_key), Period(at(0), at(40)))) == ["a@1", "a@2"]


def test_a_row_whose_time_has_moved_on_since_it_was_listed_is_given() -> None:
    """It was listed in the period; what it says of itself now is later, or earlier, than any window."""
    for moved in (500.0, -500.0):

        def ask(since: int, until: int, mark: str, moved: float = moved) -> Flow[Listed[Row]]:
            yield from ()
            return Listed(items=(Row("a", moved),))

        assert names(pages(listing(ask), Period(at(0), at(20)))) == ["a"]


# --- windows that are too full ---


@given(rows=rows_of, size=st.integers(1, 4), deep=st.integers(2, 5), bounds=st.sampled_from(["[]", "[)"]))
def test_a_window_is_halved_until_it_fits(rows: list[Row], size: int, deep: int, bounds: str) -> None:
    """Never paged deeper than the platform allows, and each row once; one second that is too full is an error."""
    most = size * deep
    server = Server(rows, size=size, most=most, bounds=bounds)
    made = listing(server.by_number)
    per_second = Counter(row.at for row in rows)
    neighbors = [per_second[s] + (per_second[s + 1] if bounds[1] == "]" else 0) for s in range(100)]
    try:
        found = names(pages(made, Period(at(0), at(100))))
    except ProtocolViolation:
        assert max(neighbors) > most
    else:
        assert Counter(found) == Counter(row.name for row in rows if 0 <= row.at < 100)


def test_a_second_that_is_too_full_is_said() -> None:
    """With what to do about it."""
    server = Server([Row(f"r{n}", 7) for n in range(50)], most=10)
    with pytest.raises(
        ProtocolViolation, match=r"more rows in 0:00:01 than it can list; ask for them by their ids"
    ):
        pages(listing(server.by_number), Period(at(0), at(20)))


def test_too_many_may_be_said_at_a_later_page() -> None:
    """What was given before is not given again by the shorter windows."""
    rows = [Row(f"r{n}", n) for n in range(0, 40, 2)]
    server = Server(rows, size=2)

    def ask(since: int, until: int, mark: str) -> Flow[Listed[Row]]:
        if int(mark or 0) >= 6:
            return Listed(too_many=True)
        return (yield from server.by_key(since, until, mark))

    assert names(pages(listing(ask), Period(at(0), at(40)))) == [row.name for row in rows]


# --- cursors ---


@given(
    rows=rows_of,
    kind=st.sampled_from(["by_key", "by_number"]),
    size=st.integers(1, 5),
    bounds=st.sampled_from(BOUNDS),
)
def test_going_on_from_any_cursor_gives_the_rest(rows: list[Row], kind: str, size: int, bounds: str) -> None:
    """In a process that knows nothing of the one before; through text."""
    early = int(bounds[0] == "(")
    period = Period(at(0), at(70))

    def anew() -> Listing[Row]:
        server = Server(rows, size=size, most=12, bounds=bounds)
        return listing(getattr(server, kind), early=early)

    try:
        whole = pages(anew(), period)
    except ProtocolViolation:
        return  # more in one second than the platform pages through
    for number, page in enumerate(whole[:-1], 1):
        assert page.cursor is not None
        rest = pages(anew(), period, json.loads(json.dumps(page.cursor)))
        assert names(whole[:number]) + names(rest) == names(whole)


@pytest.mark.parametrize(
    ("cursor", "said"),
    [
        ("", "no cursor of rows"), ("7", "no cursor"), ("{", "no cursor"), ("[1]", "no cursor"), ('{"of":"x"}', "no cursor"),
        ('{"of":"rows","shop":"s2"}', "belongs to shop 's2'"),
        ({"to": 99}, "belongs to the period"), ({"at": "0"}, "has been changed"), ({"at": -1}, "has been changed"),
        ({"until": BASE + 21}, "has been changed"), ({"until": BASE}, "has been changed"), ({"mark": 3}, "has been changed"),
        ({"edge": "abc"}, "has been changed"), ({"at": None}, "has been changed"),
    ],
)  # fmt: skip
def test_a_cursor_of_something_else_is_refused_at_once(cursor: Any, said: str) -> None:
    """Before anything is sent, with what is wrong about it."""
    server = Server([])
    if isinstance(cursor, dict):
        good = {
            "of": "rows",
            "shop": "s1",
            "from": BASE,
            "to": BASE + 40,
            "at": BASE,
            "until": BASE + 20,
            "mark": "",
        }
        cursor = json.dumps(good | cursor)
    with pytest.raises(ArgumentError, match=said):
        listing(server.by_key).pages(cursor, Period(at(0), at(40)), now=at(100))
    assert server.asked == []


# --- rows that move while pages are read ---


@given(st.data())
def test_rows_that_leave_a_window_hide_no_other(data: st.DataObject) -> None:
    """Pages by number, read while rows are updated away: what stays is given once, what left at most once."""
    rows = [Row(f"r{n:02}", data.draw(st.integers(0, 19))) for n in range(data.draw(st.integers(0, 25)))]
    newest_first = data.draw(st.booleans())
    server = Server(rows, size=data.draw(st.integers(1, 5)), newest_first=newest_first)
    gone: set[str] = set()

    def leave(number: int) -> None:
        if number == 1 or not server.rows:
            return
        for row in data.draw(st.lists(st.sampled_from(server.rows), max_size=3, unique=True)):
            server.rows.remove(row)
            gone.add(row.name)

    server.between = leave
    found = Counter(names(pages(listing(server.by_number), Period(at(0), at(20)))))

    assert set(found.values()) <= {1}
    assert {row.name for row in rows} - gone <= set(found)


# --- what ends a listing ---


def test_a_mark_for_the_second_time_is_an_error() -> None:
    """Asking on would never end; in the next window the same mark is a new one."""

    def ask(since: int, until: int, mark: str) -> Flow[Listed[Row]]:
        yield from ()
        return Listed(mark={"": "a", "a": "b", "b": "a"}[mark])

    with pytest.raises(ProtocolViolation, match="the key 'a' of its rows for the second time"):
        pages(listing(ask), Period(at(0), at(20)))

    def twice(since: int, until: int, mark: str) -> Flow[Listed[Row]]:
        yield from ()
        return Listed(mark=None if mark else "a")

    assert len(pages(listing(twice), Period(at(0), at(40)))) == 4


def test_what_cannot_be_read_is_handed_over_with_its_page() -> None:
    """It stops nothing."""
    wrong = PayloadError(kind="row", problems=())

    def ask(since: int, until: int, mark: str) -> Flow[Listed[Row]]:
        yield from ()
        return Listed(items=(Row("a", 1),), rejected=(wrong,))

    (page,) = pages(listing(ask), Period(at(0), at(20)))
    assert (names([page]), page.rejected) == (["a"], (wrong,))


# --- what is kept, and what it takes ---


def test_what_the_platform_no_longer_lists_is_refused_with_the_date() -> None:
    """And where older ones come from; the estimate says which part of a period is out of reach."""
    server = Server([], longest_s=7 * 86_400)
    made = listing(server.by_key, kept=timedelta(days=90), window=timedelta(days=7))
    now, period = at(0), Period(at(-100 * 86_400), at(0))
    with pytest.raises(Unsupported, match=r"of the last 90 days, so from 2026-08-03.*frames\.from_table"):
        made.pages(None, period, now=now)
    estimate = made.estimate(period, now=now)
    assert estimate.unreachable == Period(period.start, at(-90 * 86_400))
    assert (estimate.windows, estimate.least_calls) == (13, 13)
    whole = Period(at(-90 * 86_400), at(0))
    assert made.estimate(whole, now=now).unreachable is None
    next(iter(made.pages(None, whole, now=now)))
    gone = made.estimate(Period(at(-200 * 86_400), at(-100 * 86_400)), now=now)
    assert (gone.windows, gone.least_calls) == (0, 0)


@given(
    length=st.integers(1, 500), window=st.integers(2, 60), calls=st.integers(1, 3), early=st.integers(0, 1)
)
def test_an_estimate_is_what_an_empty_shop_takes(length: int, window: int, calls: int, early: int) -> None:
    """As many windows as are asked for, times what each of them costs."""
    server = Server([], longest_s=window)
    made = listing(server.by_key, window=timedelta(seconds=window), calls_per_window=calls, early=early)
    period = Period(at(0), at(length))
    pages(made, period)
    estimate = made.estimate(period, now=at(length))

    assert estimate.windows == len(server.asked)
    assert estimate.least_calls == estimate.windows * calls
