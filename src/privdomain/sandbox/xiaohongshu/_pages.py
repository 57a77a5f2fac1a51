"""Listings by page number inside a window of time, as the platform cuts them. xiaohongshu-and-cps.md A3, A4."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Sequence

from attrs import frozen

from privdomain.sandbox.xiaohongshu._fields import Fields
from privdomain.sandbox.xiaohongshu._replies import BAD_ARGUMENT, Refusal

__all__ = ["NumberedPage", "TimeIndex", "Window"]


class TimeIndex:
    """Ids in the order of a moment in milliseconds; what changes leaves its place and appears at the new one.

    ```python
    from privdomain.sandbox.xiaohongshu._pages import TimeIndex

    index = TimeIndex()
    for at, name in ((5, "a"), (7, "b"), (9, "c")):
        index.place(name, at)
    index.place("a", 8)
    assert index.between(5, 8) == ["b", "a"]
    ```
    """

    def __init__(self) -> None:
        self._positions: list[tuple[int, str]] = []
        self._at: dict[str, int] = {}

    def place(self, name: str, at: int) -> None:
        """Put ``name`` at ``at``, and away from where it was."""
        old = self._at.get(name)
        if old is not None:
            del self._positions[bisect_left(self._positions, (old, name))]
        self._at[name] = at
        insort(self._positions, (at, name))

    def between(self, start: int, end: int) -> list[str]:
        """The ids of both ends and between, oldest first."""
        low = bisect_left(self._positions, (start, ""))
        high = bisect_right(self._positions, (end + 1, ""), lo=low)
        return [name for _, name in self._positions[low:high]]


@frozen(kw_only=True)
class Window:
    """``startTime`` to ``endTime`` in milliseconds, both included, and by which time (1 creation, 2 update)."""

    start: int
    end: int
    by: int

    @classmethod
    def read(cls, fields: Fields, *, unit_ms: int, most_ms: dict[int, int]) -> Window:
        """From a request that counts in ``unit_ms``; a span beyond ``most_ms`` of its kind is refused."""
        by = fields.whole("timeType", least=1, most=2)
        start, end = fields.whole("startTime") * unit_ms, fields.whole("endTime") * unit_ms
        if end < start or end - start > most_ms[by]:
            raise Refusal(BAD_ARGUMENT, f"the window must be from 0 to {most_ms[by] // 60_000} minutes long")
        return cls(start=start, end=end, by=by)


@frozen(kw_only=True)
class NumberedPage:
    """One page of what was found."""

    names: Sequence[str]
    total: int
    number: int
    size: int
    pages: int

    @classmethod
    def cut(
        cls,
        found: Sequence[str],
        fields: Fields,
        *,
        name: str = "pageNo",
        most_pages: int = 2**31,
        most_rows: int = 2**31,
        keep: Callable[[str], bool] | None = None,
    ) -> NumberedPage:
        """The page that is asked for; deeper than the platform pages is refused."""
        number = fields.whole(name, least=1, most=most_pages, default=1)
        size = fields.whole("pageSize", least=1, most=100, default=50)
        if number * size > most_rows:
            raise Refusal(BAD_ARGUMENT, f"{name} * pageSize must not be larger than {most_rows}")
        kept = found if keep is None else [one for one in found if keep(one)]
        first = (number - 1) * size
        return cls(
            names=kept[first : first + size],
            total=len(kept),
            number=number,
            size=size,
            pages=-(-len(kept) // size),
        )
