"""After-sale cases of one shop: listing, detail, and what each decision leads to. xiaohongshu-and-cps.md A4.

Amounts are yuan with a point, as JSON numbers, unlike those of orders. The codes of ``action`` are those of published
SDKs (1 pay back, 2 let the goods come back, 3 refuse), because the reference calls its own unconfirmed.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.xiaohongshu._fields import Fields
from privdomain.sandbox.xiaohongshu._pages import NumberedPage, TimeIndex, Window
from privdomain.sandbox.xiaohongshu._replies import BAD_ARGUMENT, NOT_FOUND, NOT_NOW, Refusal

__all__ = ["CaseBook"]

_MINUTE_MS = 60_000
_SPANS = {1: 24 * 60 * _MINUTE_MS, 2: 30 * _MINUTE_MS}
_DEPTH = 50_000
_ROW = (
    "returnsId", "returnType", "reasonId", "reasonNameZh", "status", "userId", "orderId", "applyTime", "updatedAt",
    "expireTime", "desc", "returnsTag", "expectedRefundAmountYuan",
)  # fmt: skip

WAITING, SEND_BACK, RECEIPT, DONE, CANCELED, REFUSED, REFUSED_GOODS = 1, 2, 3, 4, 5, 9, 9001
RESHIP, RESHIPPED = 12, 13
_RETURN, _EXCHANGE = 1, 2
_REASONS = ({"reasonId": 1, "reasonName": "买家未能提供有效凭证"}, {"reasonId": 99, "reasonName": "其他"})


class CaseBook:
    """The cases of one shop."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._by_id: dict[str, Mapping[str, Any]] = {}
        self._created, self._updated = TimeIndex(), TimeIndex()

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, case: Mapping[str, Any]) -> None:
        """Add a case, or replace the one with its id; it is kept as ``afterSaleInfo`` serves it."""
        with self.lock:
            self._by_id[case["returnsId"]] = case
            self._created.place(case["returnsId"], case["applyTime"])
            self._updated.place(case["returnsId"], case["updatedAt"])

    def change(self, returns_id: str, fields: Mapping[str, Any], *, at_ms: int) -> Mapping[str, Any]:
        """Replace top-level fields and move the update time."""
        with self.lock:
            self.put({**self.payload(returns_id), "updatedAt": at_ms, **fields})
            return self._by_id[returns_id]

    def payload(self, returns_id: str) -> Mapping[str, Any]:
        """The case as it is served now."""
        case = self._by_id.get(returns_id)
        if case is None:
            raise ArgumentError(f"there is no case {returns_id} in this shop")
        return case

    def _find(self, fields: Fields) -> Mapping[str, Any]:
        case = self._by_id.get(fields.text("returnsId"))
        if case is None:
            raise Refusal(NOT_FOUND)
        return case

    def listing(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``afterSale.listAfterSaleInfos``: milliseconds both ways."""
        order_id = fields.text("orderId", default="")
        statuses, types = fields.wholes("statuses"), fields.wholes("returnTypes")

        def keep(name: str) -> bool:
            case = self._by_id[name]
            return (
                (not order_id or case["orderId"] == order_id)
                and (not statuses or case["status"] in statuses)
                and (not types or case["returnType"] in types)
            )

        with self.lock:
            if fields.optional("timeType") is None:
                if not order_id:
                    raise Refusal(BAD_ARGUMENT, "orderId or timeType is required")
                found = sorted(self._by_id)
            else:
                window = Window.read(fields, unit_ms=1, most_ms=_SPANS)
                index = self._updated if window.by == 2 else self._created
                found = index.between(window.start, window.end)
            page = NumberedPage.cut(found, fields, most_rows=_DEPTH, keep=keep)
            rows = [{name: self._by_id[one].get(name) for name in _ROW} for one in page.names]
        return {
            "totalCount": page.total,
            "pageNo": page.number,
            "pageSize": page.size,
            "maxPageNo": page.pages,
            "afterSaleBasicInfos": [] if quirk is FaultKind.EMPTY_PAGE else rows,
        }

    def get(self, fields: Fields) -> dict[str, Any]:
        """``afterSale.getAfterSaleInfo``."""
        case = self._find(fields)
        parcel, reship = case.get("_parcel"), case.get("_reship")
        info = {name: value for name, value in case.items() if not name.startswith("_")}
        logistics: dict[str, Any] = {"after_sale": parcel, "exchange": reship, "order": None}
        fields.flag("needNegotiateRecord")
        return {"afterSaleInfo": info, "logisticsInfo": logistics, "negotiateRecords": []}

    def audit(self, fields: Fields, *, at_ms: int) -> Mapping[str, Any]:
        """``afterSale.auditReturns``: pay back, let the goods come back, or refuse."""
        action = fields.whole("action", least=1, most=3)
        with self.lock:
            case = self._find(fields)
            if case["status"] != WAITING:
                raise Refusal(NOT_NOW, f"status {case['status']}")
            comes_back = case["returnType"] in {_RETURN, _EXCHANGE}
            if action == 1:
                if comes_back:
                    raise Refusal(NOT_NOW, "this kind of case cannot be paid back at once")
                return self.change(case["returnsId"], self._paid_back(case, at_ms), at_ms=at_ms)
            if action == 2:
                if not comes_back:
                    raise Refusal(NOT_NOW, "nothing comes back in this kind of case")
                fields.members("receiverInfo")
                return self.change(case["returnsId"], {"status": SEND_BACK, "expireTime": -1}, at_ms=at_ms)
            return self._refuse(case, fields, REFUSED, at_ms=at_ms)

    def receive(self, fields: Fields, *, at_ms: int) -> Mapping[str, Any]:
        """``afterSale.confirmReceive``: the goods came back, or not as they should."""
        action = fields.whole("action", least=1, most=3)
        with self.lock:
            case = self._find(fields)
            if case["status"] != RECEIPT:
                raise Refusal(NOT_NOW, f"status {case['status']}")
            if action == 1:
                exchange = {"status": RESHIP}
                paid = self._paid_back(case, at_ms)
                changes = exchange if case["returnType"] == _EXCHANGE else paid
                return self.change(case["returnsId"], changes, at_ms=at_ms)
            if action == 2:
                return self._refuse(case, fields, REFUSED_GOODS, at_ms=at_ms)
            return self.change(
                case["returnsId"], {"expireTime": case["expireTime"] + 86_400_000}, at_ms=at_ms
            )

    def reship(self, fields: Fields, *, at_ms: int) -> Mapping[str, Any]:
        """``afterSale.receiveAndShip``: of an exchange."""
        waybill, code = fields.text("expressNo"), fields.text("expressCompanyCode")
        with self.lock:
            case = self._find(fields)
            if case["returnType"] != _EXCHANGE or case["status"] not in {RECEIPT, RESHIP}:
                raise Refusal(NOT_NOW, f"status {case['status']}")
            parcel = {"expressNo": waybill, "expressCompanyCode": code, "fillExpressNoTime": at_ms}
            return self.change(case["returnsId"], {"status": RESHIPPED, "_reship": parcel}, at_ms=at_ms)

    def reasons(self, fields: Fields) -> list[dict[str, Any]]:
        """``afterSale.rejectReasons``: a bare list."""
        self._find(fields)
        kind = fields.whole("rejectReasonType", least=1, most=2)
        return [{"reasonType": kind - 1, **reason} for reason in _REASONS]

    def _refuse(
        self, case: Mapping[str, Any], fields: Fields, status: int, *, at_ms: int
    ) -> Mapping[str, Any]:
        known = {reason["reasonId"]: str(reason["reasonName"]) for reason in _REASONS}
        reason = fields.whole("reason")
        if reason not in known:
            raise Refusal(BAD_ARGUMENT, "reason is none of rejectReasons")
        said = fields.text("description", default="") or known[reason]
        return self.change(
            case["returnsId"], {"status": status, "closeReasonZh": said, "expireTime": -1}, at_ms=at_ms
        )

    @staticmethod
    def _paid_back(case: Mapping[str, Any], at_ms: int) -> dict[str, Any]:
        return {
            "status": DONE,
            "refundStatus": 2,
            "refundAmountYuan": case["expectedRefundAmountYuan"],
            "refundTime": at_ms,
            "expireTime": -1,
        }
