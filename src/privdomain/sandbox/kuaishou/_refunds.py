"""The after-sale endpoints of one seller: cases with states and versions. kuaishou.md §6"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.kuaishou._book import Book, Query, Row
from privdomain.sandbox.kuaishou._fields import Fields
from privdomain.sandbox.kuaishou._orders import DAY_MS, KEPT_MS, OrderDesk
from privdomain.sandbox.kuaishou._words import Refusal

__all__ = ["RefundDesk"]

_RETURN, _EXCHANGE, _REFUND_ONLY = 1, 3, 10
_FIRST = {_RETURN: 11, _EXCHANGE: 11, _REFUND_ONLY: 10}
_RETURNING = frozenset({22, 30, 40})
_REASONS = ((101, "商品已发出"), (102, "与买家协商一致"), (103, "凭证不足"))


class RefundDesk:
    """One seller's cases. ``window_ms`` is the longest span at the moment: a day, less in a campaign."""

    def __init__(
        self, *, orders: OrderDesk, now: Callable[[], int], effects: Counter[tuple[str, str]], first: int
    ) -> None:
        self._orders, self._now, self._effects = orders, now, effects
        self._numbers = itertools.count(first)
        self.window_ms = DAY_MS
        self.book = Book(
            name=lambda row: str(row["refundId"]),
            created=lambda row: row["createTime"],
            updated=lambda row: row["updateTime"],
        )

    def open(self, oid: str, *, amount: int | None, handling_way: int) -> str:
        """The buyer opens a case."""
        if handling_way not in _FIRST:
            raise ArgumentError(f"handling_way={handling_way}; 1 is 退货退款, 10 仅退款, 3 换货")
        order = self._orders.row(oid)
        base, item, at = order["orderBaseInfo"], order["orderItemInfo"], self._now()
        number = next(self._numbers)
        row = {
            "refundId": number,
            "oid": base["oid"],
            "skuId": item["skuId"],
            "itemId": item["itemId"],
            "refundFee": base["totalFee"] if amount is None else amount,
            "handlingWay": handling_way,
            "refundType": 1,
            "specialRefundType": 0,
            "status": _FIRST[handling_way],
            "negotiateStatus": 1,
            "receiptStatus": 1,
            "refundReason": 1,
            "refundReasonDesc": "不想要了",
            "refundDesc": "",
            "submitTime": at,
            "createTime": at,
            "updateTime": at,
            "expireTime": at + 2 * DAY_MS,
            "endTime": 0,
            "negotiateUpdateTime": at,
        }
        self._write(row)
        return str(number)

    def change(self, refund_id: str, changes: dict[str, Any]) -> None:
        """The case moves on; its update time, which is its version, moves with it."""
        with self.book.lock:
            old = self._row(refund_id)
            # two changes in one millisecond are two versions all the same
            later = max(self._now(), old["updateTime"] + 1)
            self._write({**old, "updateTime": later, **changes})

    def row(self, refund_id: str) -> Row:
        """The case as it is served now."""
        row = self.book.get(refund_id)
        if row is None:
            raise ArgumentError(f"there is no case {refund_id} in this shop")
        return row

    def _row(self, refund_id: str) -> Row:
        row = self.book.get(refund_id)
        if row is None:
            raise Refusal("300011")
        return row

    def _write(self, row: dict[str, Any]) -> None:
        self.book.put(row)
        oid = str(row["oid"])
        order = self._orders.row(oid)
        mine = {"refundId": row["refundId"], "refundStatus": row["status"]}
        others = [one for one in order["orderRefundList"] if one["refundId"] != row["refundId"]]
        base: dict[str, Any] = {"updateTime": row["updateTime"]}
        whole = row["refundFee"] >= order["orderBaseInfo"]["totalFee"] and row["handlingWay"] != _EXCHANGE
        if row["status"] == 60 and whole:
            base |= {"status": 80, "refundTime": row["endTime"]}
        self._orders.change(oid, {"orderRefundList": [mine, *others], "orderBaseInfo": base})

    # --- endpoints ---

    def listing(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``open.seller.order.refund.pcursor.list``."""
        begin, end = fields.number("beginTime"), fields.number("endTime")
        kind, page = fields.number("type", least=8, most=9), fields.number("currentPage", least=1)
        size = fields.number("pageSize", least=1, most=100)
        query = Query(
            begin=begin,
            end=end,
            by_update=fields.number("queryType", least=1, most=2, default=1) == 2,
            newest_first=fields.number("sort", least=1, most=2, default=1) == 1,
            size=size,
            cursor=fields.text("pcursor"),
            filter=(kind, fields.number("status", default=0), fields.number("negotiateStatus", default=0)),
        )
        if not begin < end:
            raise Refusal("300003")
        if end - begin > 7 * DAY_MS:
            raise Refusal("300004")
        if end - begin > self.window_ms:
            raise Refusal("300019")
        if begin < self._now() - KEPT_MS:
            raise Refusal("300005")
        rows, pcursor = self.book.page(query, keep=_filter(query.filter), quirk=quirk)
        data = {"pageSize": size, "currentPage": page, "pcursor": pcursor, "refundOrderInfoList": rows}
        return {"data": data}

    def detail(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.refund.detail``: the row, and whose it is."""
        row = self._row(fields.id("refundId"))
        buyer = self._orders.row(str(row["oid"]))["orderBaseInfo"]["buyerOpenId"]
        return {"data": {**row, "buyerOpenId": buyer}}

    def approve(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.refund.approve``."""
        refund_id, amount = fields.id("refundId"), fields.number("refundAmount")
        with self.book.lock:
            row = self._row(refund_id)
            if fields.number("status", default=row["status"]) != row["status"]:
                raise Refusal("300014")
            if fields.number("negotiateStatus", default=row["negotiateStatus"]) != row["negotiateStatus"]:
                raise Refusal("300017")
            if amount == 0:
                raise Refusal("300009")
            if row["status"] not in {10, 11, 20} or amount != row["refundFee"]:
                raise Refusal("300010")
            self._pay_back(refund_id)
        self._effects["agree_refund", refund_id] += 1
        return {}

    def approve_return(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.refund.returngoods.approve``."""
        refund_id, amount = fields.id("refundId"), fields.number("refundAmount")
        fields.number("addressId", default=0)
        with self.book.lock:
            row = self._row(refund_id)
            expected = 0 if row["handlingWay"] == _EXCHANGE else row["refundFee"]
            if row["status"] != 11 or amount != expected:
                raise Refusal("300010")
            self.change(refund_id, {"status": 30, "negotiateStatus": 2})
        self._effects["agree_return", refund_id] += 1
        return {}

    def confirm_receipt(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.refund.confirm.receipt``."""
        refund_id, status = fields.id("refundId"), fields.number("status")
        with self.book.lock:
            row = self._row(refund_id)
            if status not in _RETURNING or row["status"] not in _RETURNING:
                raise Refusal("300018")
            if status != row["status"]:
                raise Refusal("300014")
            self._pay_back(refund_id)
        self._effects["confirm_return", refund_id] += 1
        return {}

    def reject(self, fields: Fields) -> dict[str, Any]:
        """``open.refund.reject``: of the version that is named, or not at all."""
        refund_id = fields.id("refundId")
        reason, text = fields.number("reasonCode"), fields.text("rejectDesc")
        with self.book.lock:
            row = self._row(refund_id)
            if fields.number("refundVersion") != row["updateTime"]:
                raise Refusal("300014")
            if row["status"] not in {10, 11} or row["negotiateStatus"] != 1:
                raise Refusal("300018")
            if reason not in {code for code, _ in _REASONS} or not text:
                raise Refusal(
                    "param", "reasonCode comes from open.refund.reject.reason, and rejectDesc says why"
                )
            self.change(refund_id, {"negotiateStatus": 3})
        self._effects["refuse_aftersale", refund_id] += 1
        return {}

    def reasons(self, fields: Fields) -> dict[str, Any]:
        """``open.refund.reject.reason``."""
        self._row(fields.id("refundId"))
        return {"data": [{"reasonCode": code, "reasonMsg": text} for code, text in _REASONS]}

    def _pay_back(self, refund_id: str) -> None:
        self.change(refund_id, {"status": 60, "negotiateStatus": 2, "endTime": self._now()})


def _filter(wanted: tuple[object, ...]) -> Callable[[Row], bool] | None:
    kind, status, negotiated = wanted
    if kind == 9 and not status and not negotiated:
        return None

    def keep(row: Row) -> bool:
        return (
            (kind == 9 or row["status"] not in {60, 70})
            and (not status or row["status"] == status)
            and (not negotiated or row["negotiateStatus"] == negotiated)
        )

    return keep
