"""Where a listing stands, as text that another process can go on from."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Self, cast

from attrs import evolve, frozen

from privdomain.calendar import Period
from privdomain.errors import ArgumentError

__all__ = ["OrderCursor", "ProductCursor", "windows"]

_WINDOW = timedelta(days=7)
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _second(at: datetime) -> int:
    """The first whole second that is not before ``at``: the platform counts in seconds."""
    return -((_EPOCH - at) // _SECOND)


def windows(start: int, end: int) -> list[tuple[int, int]]:
    """The ranges the platform allows, from ``start`` to ``end`` in seconds; each begins where the last ended.

    ```python
    from privdomain.platforms.wechat_shop._cursors import windows

    week = 7 * 24 * 3600
    assert windows(0, week + 1) == [(0, week), (week, week + 1)]
    assert windows(5, 5) == []
    ```
    """
    if start >= end:
        return []
    period = Period(_EPOCH + start * _SECOND, _EPOCH + end * _SECOND)
    return [(_second(part.start), _second(part.end)) for part in period.split(max_length=_WINDOW)]


def _load(text: str, *, of: str, shop_id: str) -> dict[str, Any]:
    try:
        loaded = json.loads(text)
    except ValueError:
        loaded = None
    fields = cast("dict[str, Any]", loaded) if isinstance(loaded, dict) else {}
    if fields.get("of") != of:
        raise ArgumentError(
            f"start={text[:40]!r} is no cursor of {of}; pass the cursor of an earlier page, unchanged"
        )
    if fields.get("shop") != shop_id:
        raise ArgumentError(f"this cursor belongs to shop {fields.get('shop')!r}, not to {shop_id!r}")
    return fields


def _dump(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


@frozen(kw_only=True)
class OrderCursor:
    """A place in a listing of orders: the period, the window in it, the key, and the orders at the window's seam.

    ``edge`` are the orders updated in the second in which the current window begins that the window before has
    already given; ``next_edge`` the same for the window after.
    """

    shop_id: str
    start: int
    end: int
    window: int = 0
    next_key: str = ""
    edge: frozenset[str] = frozenset()
    next_edge: frozenset[str] = frozenset()

    @classmethod
    def begin(cls, period: Period, *, shop_id: str) -> Self:
        """The beginning of a period."""
        return cls(shop_id=shop_id, start=_second(period.start), end=_second(period.end))

    def resume(self, text: str) -> Self:
        """The place that an earlier page named.

        Raises:
            ArgumentError: for another text, another shop's cursor or another period's.
        """
        fields = _load(text, of="orders", shop_id=self.shop_id)
        if (fields.get("from"), fields.get("to")) != (self.start, self.end):
            raise ArgumentError(
                f"this cursor belongs to the period from {fields.get('from')} to {fields.get('to')} "
                f"(seconds), not to {self.start} to {self.end}; go on with the period it was made for"
            )
        window, key = fields.get("window"), fields.get("key")
        edges = [fields.get("edge", []), fields.get("next_edge", [])]
        if (
            not isinstance(window, int)
            or not 0 <= window < len(windows(self.start, self.end))
            or not isinstance(key, str)
            or not all(isinstance(edge, list) for edge in edges)
        ):
            raise ArgumentError("this cursor has been changed; pass the cursor of an earlier page as it was")
        edge, next_edge = (frozenset(map(str, edge)) for edge in edges)
        return evolve(self, window=window, next_key=key, edge=edge, next_edge=next_edge)

    def __str__(self) -> str:
        edges = {"edge": sorted(self.edge), "next_edge": sorted(self.next_edge)}
        return _dump(
            of="orders",
            shop=self.shop_id,
            **{"from": self.start},
            to=self.end,
            window=self.window,
            key=self.next_key,
            **{name: edge for name, edge in edges.items() if edge},
        )


@frozen(kw_only=True)
class ProductCursor:
    """A place in a listing of products."""

    shop_id: str
    next_key: str = ""

    @classmethod
    def begin(cls, *, shop_id: str) -> Self:
        """The beginning."""
        return cls(shop_id=shop_id)

    def resume(self, text: str) -> Self:
        """The place that an earlier page named; raises `ArgumentError` for anything else."""
        fields = _load(text, of="products", shop_id=self.shop_id)
        key = fields.get("key")
        if not isinstance(key, str) or not key:
            raise ArgumentError("this cursor has been changed; pass the cursor of an earlier page as it was")
        return evolve(self, next_key=key)

    def __str__(self) -> str:
        return _dump(of="products", shop=self.shop_id, key=self.next_key)
