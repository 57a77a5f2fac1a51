"""The order endpoints: ``order/list/get`` and ``order/get``. wechat.md §4.1, §4.3."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from privdomain.errors import ArgumentError, Problem
from privdomain.sandbox._timeline import Position, Timeline
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.wechat_shop._cursor import Cursor, query_mark
from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._replies import Refusal

__all__ = ["OrderBook"]

_WINDOW_S = 7 * 86_400
_PAGE_MOST = 100


@frozen
class _Range:
    """``start_time`` and ``end_time`` of a listing, both inclusive."""

    start: int
    end: int

    @classmethod
    def read(cls, fields: Fields, name: str) -> _Range | None:
        part = fields.part(name)
        if part is None:
            return None
        start, end = part.optional_whole("start_time"), part.optional_whole("end_time")
        if start is None or end is None:
            raise fields.bad(f"{name} needs start_time and end_time")
        if not 0 <= start <= end:
            raise fields.bad(f"{name}: start_time must not be later than end_time")
        if end - start > _WINDOW_S:
            raise fields.bad(f"{name} must not span more than 7 days")
        return cls(start, end)


class OrderBook:
    """The orders of one shop, indexed by creation and by update. A payload is kept as it was given, once."""

    def __init__(self, orders: Iterable[Mapping[str, Any]] = ()) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, Mapping[str, Any]] = {}
        for order in orders:
            _check(order)
            if order["order_id"] in self._by_id:
                raise ArgumentError(f"order {order['order_id']} is given twice; a shop has it once")
            self._by_id[order["order_id"]] = order
        held = self._by_id.values()
        self._created = Timeline((order["create_time"], order["order_id"]) for order in held)
        self._updated = Timeline((order["update_time"], order["order_id"]) for order in held)

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, order: Mapping[str, Any]) -> None:
        """Add an order, or replace the one with its id."""
        _check(order)
        with self._lock:
            self._place(order)

    def change(self, order_id: str, fields: Mapping[str, Any], *, at: int) -> None:
        """Replace top-level fields of an order and move its update time to ``at``."""
        with self._lock:
            old = self._by_id.get(order_id)
            if old is None:
                raise ArgumentError(f"there is no order {order_id} in this shop")
            # a copy: another thread may be writing the old one to its client
            new = {**old, "update_time": at, **fields}
            _check(new)
            self._place(new)

    def edit(self, order_id: str, change: Callable[[dict[str, Any]], None], *, at: int) -> None:
        """Let ``change`` work on a copy of an order; when it refuses, nothing has changed.

        The update time becomes ``at``, and never goes back.
        """
        with self._lock:
            old = self._by_id.get(order_id)
            if old is None:
                raise Refusal(100002)
            new = copy.deepcopy(dict(old))
            change(new)
            new["update_time"] = max(at, old["update_time"])
            self._place(new)

    def find(self, order_id: str) -> Mapping[str, Any] | None:
        """The order as it is served now, or None."""
        return self._by_id.get(order_id)

    def payload(self, order_id: str) -> Mapping[str, Any]:
        """The order as it is served now."""
        order = self._by_id.get(order_id)
        if order is None:
            raise ArgumentError(f"there is no order {order_id} in this shop")
        return order

    def get(self, fields: Fields) -> dict[str, Any]:
        """``order/get``."""
        order_id = fields.text("order_id")
        fields.flag("encode_sensitive_info")  # obsolete: read for its type, without effect
        order = self._by_id.get(order_id)
        if order is None:
            raise Refusal(100002)
        return {"order": order}

    def list(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``order/list/get``: ids in the order of update (of creation when only that range is given)."""
        created, updated = _Range.read(fields, "create_time_range"), _Range.read(fields, "update_time_range")
        window = updated or created
        if window is None:
            raise fields.bad("create_time_range or update_time_range is required")
        status, openid = fields.optional_whole("status"), fields.text("openid", default="")
        size = fields.whole("page_size", least=1, most=_PAGE_MOST)
        sent = fields.text("next_key", default="")
        mark = query_mark(
            "order",
            created and [created.start, created.end],
            updated and [updated.start, updated.end],
            status,
            openid,
        )
        cursor = Cursor.read(sent) if sent else Cursor(mark, (window.start, ""))
        if cursor is None or cursor.mark != mark:
            raise fields.bad("next_key does not belong to this query")
        if quirk is FaultKind.EMPTY_PAGE:
            turned = Cursor(mark, cursor.position, cursor.turns + 1)
            return {"order_id_list": [], "next_key": str(turned), "has_more": True}
        timeline = self._updated if updated else self._created
        keep = self._filter(created if updated else None, status, openid)
        with self._lock:
            page, more = timeline.page(after=cursor.position, until=window.end, size=size, keep=keep)
        if quirk is FaultKind.REPEAT_CURSOR:
            return {"order_id_list": _ids(page), "next_key": sent, "has_more": True}
        next_key = str(Cursor(mark, page[-1])) if more else ""
        return {"order_id_list": _ids(page), "next_key": next_key, "has_more": more}

    def _filter(
        self, created: _Range | None, status: int | None, openid: str
    ) -> Callable[[str], bool] | None:
        if created is None and status is None and not openid:
            return None
        orders = self._by_id

        def keep(order_id: str) -> bool:
            order = orders[order_id]
            return (
                (created is None or created.start <= order["create_time"] <= created.end)
                and (status is None or order["status"] == status)
                and (not openid or order.get("openid") == openid)
            )

        return keep

    def _place(self, order: Mapping[str, Any]) -> None:
        order_id = order["order_id"]
        old = self._by_id.get(order_id)
        if old is not None:
            self._created.remove(old["create_time"], order_id)
            self._updated.remove(old["update_time"], order_id)
        self._by_id[order_id] = order
        self._created.add(order["create_time"], order_id)
        self._updated.add(order["update_time"], order_id)


def _ids(page: list[Position]) -> list[str]:
    return [order_id for _, order_id in page]


def _check(order: Mapping[str, Any]) -> None:
    """Only what the index needs: everything else may be as wrong as a test wants it."""
    wanted: tuple[tuple[str, type], ...] = (
        ("order_id", str),
        ("status", int),
        ("create_time", int),
        ("update_time", int),
    )
    problems = [
        Problem(
            f"order.{name}",
            "missing" if order.get(name) is None else f"is {type(order[name]).__name__}",
            kind.__name__,
        )
        for name, kind in wanted
        if not isinstance(order.get(name), kind) or order.get(name) == ""
    ]
    if problems:
        raise ArgumentError("an order of the sandbox is a dict in the form of order/get", problems=problems)
