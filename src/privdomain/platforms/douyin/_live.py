"""Listing a window that is still being written to, by page number, without losing or doubling a row.

Pages are read from the last to the first (`read_backwards`), which is right as long as a row that changes leaves the
window. In a window that reaches the present it does not: it moves to the end, behind the page that has been read
already. So such a window is read up to a horizon, the present moment of the first question; what moved behind the
horizon is asked for next, up to a new one, and so on until what is left fits on one page, which is a single answer.
Both sides of a horizon are asked for with a second to spare, and each row is taken on its own side, because documents
do not say whether the ends of a range belong to it.

Where rows leave a window, those behind them move up, and reading backwards meets some of the last page again: a mark
knows the rows of that page, and leaves them out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Generic, TypeVar

from attrs import evolve, frozen

from privdomain.platforms._flow import Flow
from privdomain.platforms._listing import Listed, Numbered, read_backwards

__all__ = ["LiveWindow"]

T = TypeVar("T")

_OVER_S = 120
"""A window that ended so long ago is over, whichever clock is right."""
_SPARE_S = 5
"""How far the platform's clock may be behind ours."""


@frozen(kw_only=True)
class _Stand:
    """Where the reading stands: rows from ``low`` up to ``high`` (0 for the whole rest), and the page in them."""

    low: int
    high: int
    page: str = ""
    met: frozenset[str] = frozenset()

    @classmethod
    def read(cls, mark: str, since: int) -> _Stand:
        if not mark:
            return cls(low=since, high=0)
        low, high, page, met = mark.split(":")
        return cls(low=int(low), high=int(high), page=page, met=frozenset(filter(None, met.split(","))))

    def __str__(self) -> str:
        return f"{self.low}:{self.high}:{self.page}:{','.join(sorted(self.met))}"


@frozen(kw_only=True)
class LiveWindow(Generic[T]):
    """Reads one window; ``ask(since, until, number)`` gives a page of the rows between two seconds."""

    ask: Callable[[int, int, int], Flow[Numbered[T]]]
    name: Callable[[T], str]
    moment: Callable[[T], datetime]
    now: Callable[[], datetime]
    size: int
    most: int

    def listed(self, since: int, until: int, mark: str) -> Flow[Listed[T]]:
        """One answer of the listing; the mark is this reader's own."""
        stand = _Stand.read(mark, since)
        first = stand.low == since
        low = stand.low - (not first)
        if not stand.high:
            whole = yield from self.ask(low, until, 0)
            if whole.total > self.most:
                return Listed(too_many=True)
            if whole.total <= self.size:
                return Listed(items=self._kept(whole.items, stand, first=first), rejected=whole.rejected)
            last = -(-whole.total // self.size) - 1
            begun = evolve(stand, high=self._horizon(stand.low, until), page=str(last))
            return Listed(mark=str(begun))
        high = min(stand.high, until)
        if low == high:
            high += 1  # the platform refuses a range of nothing

        def ask(number: int) -> Flow[Numbered[T]]:
            return self.ask(low, high, number)

        listed = yield from read_backwards(ask, stand.page, first=0, size=self.size, most=self.most)
        items = self._kept(listed.items, stand, first=first)
        if listed.mark is not None:
            met = frozenset(map(self._mark, listed.items))
            following: str | None = str(evolve(stand, page=listed.mark, met=met))
        else:
            following = None if stand.high > until else str(_Stand(low=stand.high, high=0))
        return Listed(items=items, rejected=listed.rejected, mark=following)

    def _horizon(self, low: int, until: int) -> int:
        """Up to where rows no longer move: shortly before now, or behind the end where the window is over."""
        now = int(self.now().timestamp())
        if until + _OVER_S <= now:
            return until + 1
        return next((at for at in (now - _SPARE_S, now) if at > low), until + 1)

    def _kept(self, items: tuple[T, ...], stand: _Stand, *, first: bool) -> tuple[T, ...]:
        def ours(item: T) -> bool:
            at = int(self.moment(item).timestamp())
            inside = (first or at >= stand.low) and (not stand.high or at < stand.high)
            return inside and self._mark(item) not in stand.met

        return tuple(filter(ours, items))

    def _mark(self, item: T) -> str:
        """A row in one of its states, in twelve letters."""
        text = f"{self.name(item)}@{self.moment(item).timestamp()}"
        return blake2b(text.encode(), digest_size=6).hexdigest()
