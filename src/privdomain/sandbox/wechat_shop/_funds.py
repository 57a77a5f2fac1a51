"""The shop's account: ``funds/getfundsflowlist`` and ``funds/getfundsflowdetail``. wechat.md §12.2.

A day's movements come out at 16:00 of the next day, Beijing's time; an end beyond that is cut off without a word, as
the platform's page says (doc/channels/locallife/api/Fund.html, read 2026-11-24).
"""

from __future__ import annotations

import binascii
import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.wechat_shop._fields import Fields

__all__ = ["FundsLedger"]

_CHINA_OFFSET_S = 8 * 3600
_DAY_S = 86_400
_OUT_AT_S = 16 * 3600
_DEEP = 10_000
_IN, _OUT = 1, 2


class FundsLedger:
    """Movements in the order of booking. ``now`` is the sandbox's time in whole seconds."""

    def __init__(self, *, now: Callable[[], int]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._flows: dict[str, dict[str, Any]] = {}
        self._by_time: list[tuple[int, str]] = []
        self._balance = 0

    def book(
        self,
        *,
        at: int,
        funds_type: int,
        amount: int,
        order_id: str = "",
        aftersale_id: str = "",
        transaction_id: str = "",
        remark: str = "",
    ) -> str:
        """Book a movement, in for a positive amount and out for a negative one; returns its id."""
        with self._lock:
            flow_id = f"1{len(self._flows) + 1:016d}"
            self._balance += amount
            booked = datetime.fromtimestamp(at, UTC) + timedelta(seconds=_CHINA_OFFSET_S)
            related = {
                "related_type": 2 if aftersale_id else 1,
                "order_id": order_id,
                "aftersale_id": aftersale_id,
                "transaction_id": transaction_id,
            }
            self._flows[flow_id] = {
                "flow_id": flow_id,
                "funds_type": funds_type,
                "flow_type": _IN if amount >= 0 else _OUT,
                "amount": abs(amount),
                "balance": self._balance,
                "related_info_list": [related] if order_id or aftersale_id else [],
                "bookkeeping_time": booked.strftime("%Y-%m-%d %H:%M:%S"),
                "remark": remark,
            }
            insort(self._by_time, (at, flow_id))
        return flow_id

    def flows(self) -> tuple[dict[str, Any], ...]:
        """Every movement as it is served, oldest first."""
        with self._lock:
            return tuple(dict(self._flows[flow_id]) for _, flow_id in self._by_time)

    def detail(self, fields: Fields) -> dict[str, Any]:
        """``funds/getfundsflowdetail``."""
        with self._lock:
            flow = self._flows.get(fields.text("flow_id"))
        if flow is None:
            raise fields.bad("there is no such flow_id")
        return {"funds_flow": flow}

    def list(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``funds/getfundsflowlist``: by page number, or behind a key when it is the next page of the same size."""
        start, end = fields.optional_whole("start_time") or 0, fields.optional_whole("end_time")
        page = fields.optional_whole("page") or 1
        size = fields.optional_whole("page_size") or 10
        if page < 1 or not 1 <= size <= 100:
            raise fields.bad("page is 1 at least, page_size from 1 to 100")
        wanted = fields.text("transaction_id", default="")
        sent = fields.text("next_key", default="")
        if page * size >= _DEEP and not sent:
            raise fields.bad("next_key is required so deep in a list")
        until = min(end, self._latest()) if end is not None else self._latest()
        key = _read_key(sent)
        goes_on = key is not None and key[:2] == (page - 1, size)
        with self._lock:
            low = (
                bisect_right(self._by_time, key[2])
                if key and goes_on
                else bisect_left(self._by_time, (start, ""))
            )
            listed = self._by_time[low : bisect_left(self._by_time, (until + 1, ""))]
            if wanted:
                listed = [place for place in listed if self._concerns(place[1], wanted)]
        if not goes_on:
            listed = listed[(page - 1) * size :]
        if quirk is FaultKind.EMPTY_PAGE:
            return {"flow_ids": [], "next_key": sent or "more", "has_more": True}
        found, more = listed[:size], len(listed) > size
        ids = [flow_id for _, flow_id in found]
        if quirk is FaultKind.REPEAT_CURSOR:
            return {"flow_ids": ids, "next_key": sent, "has_more": True}
        return {
            "flow_ids": ids,
            "next_key": _write_key(page, size, found[-1]) if more else "",
            "has_more": more,
        }

    def _concerns(self, flow_id: str, transaction_id: str) -> bool:
        related = self._flows[flow_id]["related_info_list"]
        return any(one["transaction_id"] == transaction_id for one in related)

    def _latest(self) -> int:
        """The last second that can be listed now."""
        local = self._now() + _CHINA_OFFSET_S
        midnight = local - local % _DAY_S - _CHINA_OFFSET_S
        return midnight if local % _DAY_S >= _OUT_AT_S else midnight - _DAY_S


def _write_key(page: int, size: int, place: tuple[int, str]) -> str:
    return urlsafe_b64encode(json.dumps([page, size, *place]).encode()).decode()


def _read_key(text: str) -> tuple[int, int, tuple[int, str]] | None:
    try:
        fields: Any = json.loads(urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError):
        return None
    match fields:
        case [int(page), int(size), int(at), str(flow_id)]:
            return page, size, (at, flow_id)
        case _:
            return None
