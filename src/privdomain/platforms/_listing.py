"""Listings by time: windows the platform allows, pages in them, each item once, and a cursor that survives a process.

The rules of the file. Windows touch: the last moment of one is the first of the next, because documents disagree on
whether an end belongs to its window; an item met at that moment is left out the second time unless it has changed.
Where a start does not belong to its window, windows overlap by a unit (``early``). A moment finer than the unit counts
as the unit it is in, as platforms count, and a period is the units that begin in it: none is lost between two.
A window that holds more than the platform can page through is halved until it fits. Pages by number are read from
the last to the first: whatever is updated meanwhile leaves the window, the rest moves forward, and reading backwards
meets a row twice instead of passing it by; the second time it is left out. Nothing is truncated silently.

What was met in a window is remembered by the process, and not by the cursor (but for the seams): who goes on from a
cursor while rows move may meet one of them again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar, cast

from attrs import evolve, frozen

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, ProtocolViolation, Unsupported
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._pages import Page

__all__ = ["Listed", "Listing", "ListingEstimate", "Numbered", "read_backwards"]

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen(kw_only=True)
class ListingEstimate:
    """What listing a period will take, said before anything is sent.

    ``least_calls`` is what is sent if every window fits on one page, without the calls for single objects.
    ``unreachable`` is the part of the period that the platform no longer lists, None for none of it.
    """

    windows: int
    window: timedelta
    least_calls: int
    unreachable: Period | None


@frozen(kw_only=True)
class Listed(Generic[T]):
    """One answer of a listing: what could be read, what could not, and how to ask for the next (None: window done).

    ``too_many`` says that the window holds more than can be paged through; then the rest is ignored, and a shorter
    window is asked for.
    """

    items: tuple[T, ...] = ()
    rejected: tuple[PayloadError, ...] = ()
    mark: str | None = None
    too_many: bool = False


@frozen(kw_only=True)
class Numbered(Generic[T]):
    """A page asked for by its number, and how many items there are in all."""

    items: tuple[T, ...] = ()
    rejected: tuple[PayloadError, ...] = ()
    total: int


def read_backwards(
    ask: Callable[[int], Flow[Numbered[T]]], mark: str, *, first: int, size: int, most: int
) -> Flow[Listed[T]]:
    """Pages by number, from the last to the first; ``most`` is how many items the platform pages through."""
    if not mark:
        page = yield from ask(first)
        if page.total > most:
            return Listed(too_many=True)
        pages = -(-page.total // size)
        if pages <= 1:
            return Listed(items=page.items, rejected=page.rejected)
        return Listed(mark=str(first + pages - 1))
    number = int(mark)
    page = yield from ask(number)
    following = str(number - 1) if number > first else None
    return Listed(items=page.items, rejected=page.rejected, mark=following)


@frozen(kw_only=True)
class _Place:
    """Where a listing stands: the window from ``at`` to ``until``, the mark in it, and what was met at its seams."""

    at: int
    until: int
    mark: str = ""
    edge: frozenset[str] = frozenset()
    next_edge: frozenset[str] = frozenset()


@frozen(kw_only=True)
class Listing(Generic[T]):
    """One listing of one shop.

    ``ask(since, until, mark)`` asks for one page of a window; both ends are moments in ``unit``, ``mark`` is empty at
    first. ``name`` of an item is what it is called, ``moment`` when, by the time that is listed by. ``early`` is 1
    where the platform's start does not belong to its window: windows then begin that many units before they need to.
    """

    of: str
    platform: str
    shop_id: str
    window: timedelta
    kept: timedelta | None = None
    unit: timedelta = timedelta(seconds=1)
    early: int = 0
    calls_per_window: int = 1
    ask: Callable[[int, int, str], Flow[Listed[T]]]
    name: Callable[[T], str]
    moment: Callable[[T], datetime]

    def estimate(self, period: Period, *, now: datetime) -> ListingEstimate:
        """What listing a period takes."""
        lost: Period | None = None
        if self.kept is not None and period.start < now - self.kept:
            lost = Period(period.start, min(period.end, now - self.kept))
        start = period.start if lost is None else lost.end
        windows = -((start - period.end) // (self._span * self.unit)) if start < period.end else 0
        return ListingEstimate(
            windows=windows,
            window=self.window,
            least_calls=windows * self.calls_per_window,
            unreachable=lost,
        )

    def pages(self, start: str | None, period: Period, *, now: datetime) -> PageFlow[T]:
        """The pages of a period, or those after ``start``; wrong arguments are raised at once.

        Raises:
            ArgumentError: for a cursor of something else.
            Unsupported: for a period that begins before what the platform still lists.
        """
        if self.kept is not None and period.start < now - self.kept:
            raise Unsupported(
                f"{self.platform} lists {self.of} of the last {self.kept.days} days, so from "
                f"{(now - self.kept).isoformat()} on, and the period begins at {period.start.isoformat()}; older ones "
                "come one by one by their ids, or out of an export with frames.from_table"
            )
        since, end = (-((_EPOCH - at) // self.unit) for at in (period.start, period.end))
        place = _Place(at=since, until=self._until(since, end))
        if start is not None:
            place = self._resume(start, since, end)
        return self._walk(place, since, end)

    def _walk(self, place: _Place, start: int, end: int) -> PageFlow[T]:
        asked: set[str] = set()
        met: set[tuple[str, datetime]] = set()
        reach = start  # up to where something may have been met that shorter windows meet again
        while place.at < end:
            asked.add(place.mark)
            listed = yield from self.ask(place.at - self.early, place.until, place.mark)
            if listed.too_many:
                reach = max(reach, place.until)
                place = evolve(place, until=self._half(place), mark="", next_edge=frozenset())
                asked.clear()
                continue
            if listed.mark in asked:
                raise ProtocolViolation(
                    f"{self.platform} gave the key {str(listed.mark)[:60]!r} of its {self.of} for the second time; "
                    "asking on would never end",
                    platform=self.platform,
                )
            found = self._new(listed.items, place, met, end)
            seam = {self.name(item) for item in listed.items if self._units(self.moment(item)) == place.until}
            next_edge = place.next_edge | seam
            if listed.mark is None:
                asked.clear()
                if place.until >= reach:
                    met.clear()
                place = _Place(at=place.until, until=self._until(place.until, end), edge=next_edge)
            else:
                place = evolve(place, mark=listed.mark, next_edge=next_edge)
            cursor = self._dump(place, start, end) if place.at < end else None
            yield Page(tuple(found), listed.rejected, cursor)

    def _new(self, items: tuple[T, ...], place: _Place, met: set[tuple[str, datetime]], end: int) -> list[T]:
        """What of a page has not been given yet and belongs to the period, by time."""
        found: list[T] = []
        for item in sorted(items, key=self.moment):
            name, moment = self.name(item), self.moment(item)
            here = self._units(moment)
            again = (name, moment) in met or (here == place.at and name in place.edge)
            # the period is half-open: its last moment belongs to the next one, as the unit that a window begins
            # early with belongs to the window before. What has another moment altogether is given: it was listed.
            elsewhere = here == end or place.at - self.early <= here < place.at
            if not again and not elsewhere:
                found.append(item)
                met.add((name, moment))
        return found

    def _half(self, place: _Place) -> int:
        if place.until - place.at <= 1:
            raise ProtocolViolation(
                f"{self.platform} has more {self.of} in {self.unit} than it can list; ask for them by their ids",
                platform=self.platform,
            )
        return place.at + (place.until - place.at) // 2

    def _until(self, at: int, end: int) -> int:
        return min(end, at + self._span)

    @property
    def _span(self) -> int:
        """Units of the longest window, without the one it may begin early."""
        return self.window // self.unit - self.early

    def _units(self, at: datetime) -> int:
        """The whole unit that ``at`` is in: platforms leave off what they do not count."""
        return (at - _EPOCH) // self.unit

    def _dump(self, place: _Place, start: int, end: int) -> str:
        fields: dict[str, Any] = {"of": self.of, "shop": self.shop_id, "from": start, "to": end}
        fields |= {"at": place.at, "until": place.until, "mark": place.mark}
        edges = {"edge": sorted(place.edge), "next_edge": sorted(place.next_edge)}
        fields |= {name: edge for name, edge in edges.items() if edge}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    def _resume(self, text: str, start: int, end: int) -> _Place:
        try:
            loaded = json.loads(text)
        except ValueError:
            loaded = None
        fields = cast("dict[str, Any]", loaded) if isinstance(loaded, dict) else {}
        if fields.get("of") != self.of:
            raise ArgumentError(
                f"start={text[:40]!r} is no cursor of {self.of}; pass the cursor of an earlier page, unchanged"
            )
        if fields.get("shop") != self.shop_id:
            raise ArgumentError(
                f"this cursor belongs to shop {fields.get('shop')!r}, not to {self.shop_id!r}"
            )
        if (fields.get("from"), fields.get("to")) != (start, end):
            raise ArgumentError(
                f"this cursor belongs to the period from {fields.get('from')} to {fields.get('to')} "
                f"(units of {self.unit}), not to {start} to {end}; go on with the period it was made for"
            )
        at, until, mark = fields.get("at"), fields.get("until"), fields.get("mark")
        edges = [fields.get("edge", []), fields.get("next_edge", [])]
        if (
            not isinstance(at, int)
            or not isinstance(until, int)
            or not start <= at < until <= end
            or until - at > self._span
            or not isinstance(mark, str)
            or not all(isinstance(edge, list) for edge in edges)
        ):
            raise ArgumentError("this cursor has been changed; pass the cursor of an earlier page as it was")
        edge, next_edge = (frozenset(map(str, edge)) for edge in edges)
        return _Place(at=at, until=until, mark=mark, edge=edge, next_edge=next_edge)
