"""Ids in the order of a moment, paged by position: what is inserted behind a cursor never moves what is before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from typing import TypeAlias

__all__ = ["Position", "Timeline"]

Position: TypeAlias = tuple[int, str]
"""A moment in unix seconds and an id; equal moments are ordered by id."""


class Timeline:
    """A sorted list of positions. One page costs a binary search and the page, not the list.

    ```python
    from privdomain.sandbox._timeline import Timeline

    line = Timeline([(5, "b"), (5, "a"), (9, "c")])
    page, more = line.page(after=(5, ""), until=9, size=2)
    assert (page, more) == ([(5, "a"), (5, "b")], True)
    line.add(7, "d")
    assert line.page(after=page[-1], until=9, size=2) == ([(7, "d"), (9, "c")], False)
    ```
    """

    def __init__(self, positions: Iterable[Position] = ()) -> None:
        self._positions = sorted(positions)

    def __len__(self) -> int:
        return len(self._positions)

    def add(self, at: int, name: str) -> None:
        """Put ``name`` at ``at``."""
        insort(self._positions, (at, name))

    def remove(self, at: int, name: str) -> None:
        """Take away what `add` put there."""
        place = bisect_left(self._positions, (at, name))
        del self._positions[place]

    def page(
        self, *, after: Position, until: int, size: int, keep: Callable[[str], bool] | None = None
    ) -> tuple[list[Position], bool]:
        """Up to ``size`` positions behind ``after`` and not later than ``until``, and whether one more follows."""
        positions = self._positions
        place = bisect_right(positions, after)
        end = bisect_left(positions, (until + 1, ""), lo=place)
        if keep is None:
            return positions[place : min(place + size, end)], place + size < end
        page: list[Position] = []
        while place < end:
            position = positions[place]
            if keep(position[1]):
                if len(page) == size:
                    return page, True
                page.append(position)
            place += 1
        return page, False
