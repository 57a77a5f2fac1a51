"""After-sale cases: listing, reading, deciding, and what buyers do. douyin.md A6."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.douyin._fields import Fields
from privdomain.sandbox.douyin._orders import OrderBook
from privdomain.sandbox.douyin._rows import Rows
from privdomain.sandbox.douyin._words import Refusal
from privdomain.sandbox.faults import FaultKind

__all__ = ["CaseBook"]

_DEPTH, _PAGE_MOST = 50_000, 100
_HALF_YEAR_S = 183 * 86_400
_REFUSE = frozenset({102, 202})
_RETURN = 0
_WAITS_FOR_SHOP, _WAITS_FOR_RETURN, _WAITS_FOR_RECEIPT, _DONE, _REFUSED, _CLOSED = 6, 7, 11, 12, 27, 28


class CaseBook:
    """The cases of one shop."""

    def __init__(self, orders: OrderBook, *, effects: Counter[tuple[str, str]]) -> None:
        self._orders, self._effects = orders, effects
        self._lock = threading.RLock()
        self._rows = Rows("apply_time", "update_time", moment_of=lambda case, name: case[name])
        self.on_change: Callable[[str, Mapping[str, Any]], None] = lambda tag, case: None  # noqa: ARG005

    def open(
        self, aftersale_id: str, *, order_id: str, line_id: str, kind: int, amount: int, freight: int, at: int
    ) -> None:
        """A buyer applies."""
        order = self._orders.payload(order_id)
        line = next((one for one in order["sku_order_list"] if one["order_id"] == line_id), None)
        if line is None:
            raise ArgumentError(f"order {order_id} has no line {line_id}")
        case: dict[str, Any] = {
            "aftersale_id": aftersale_id,
            "order_id": order_id,
            "line": line,
            "kind": kind,
            "status": _WAITS_FOR_SHOP,
            "refund_status": 1 if kind in {0, 1, 2, 6} else 0,
            "amount": amount,
            "freight": freight,
            "apply_time": at,
            "update_time": at,
            "return_code": "",
            "reason": "不想要了",
            "logs": [{"operator": "买家", "time": str(at), "text": "发起售后"}],
        }
        with self._lock:
            self._rows.put(aftersale_id, case)
            self._show(case)
        self.on_change("200", case)

    def buyer_returns(self, aftersale_id: str, *, waybill_id: str, at: int) -> None:
        """The buyer sends the goods back."""
        self._move(aftersale_id, {"status": _WAITS_FOR_RECEIPT, "return_code": waybill_id}, at=at, tag="203")

    def withdraw(self, aftersale_id: str, *, at: int) -> None:
        """The buyer changes his mind: the case is closed, and its refund status stays where it was."""
        self._move(aftersale_id, {"status": _CLOSED}, at=at, tag="207")

    def listed(self, fields: Fields, quirk: FaultKind | None, *, at: int) -> dict[str, Any]:
        """``afterSale.List``."""
        page, size = fields.whole("page"), fields.whole("size")
        if page < 0 or not 1 <= size <= _PAGE_MOST:
            raise Refusal("isv.parameter-invalid", "page, size")
        if page * size > _DEPTH:
            raise Refusal("isv.parameter-invalid", "page*size")
        applied = (fields.optional_whole("start_time"), fields.optional_whole("end_time"))
        updated = (fields.optional_whole("update_start_time"), fields.optional_whole("update_end_time"))
        order = next(iter(fields.texts("order_by")), "apply_time desc")
        by, _, direction = order.partition(" ")
        if by not in {"apply_time", "update_time"}:
            raise Refusal("isv.parameter-invalid", "order_by")
        default = at - _HALF_YEAR_S if updated == (None, None) else 0

        def keep(case: Mapping[str, Any]) -> bool:
            first = applied[0] if applied[0] is not None else default
            return (
                first <= case["apply_time"]
                and (applied[1] is None or case["apply_time"] < applied[1])
                and (updated[0] is None or updated[0] <= case["update_time"])
                and (updated[1] is None or case["update_time"] <= updated[1])
            )

        with self._lock:
            ids = self._rows.between(by, 0, 2**62, keep=keep)
            if direction == "desc":
                ids.reverse()
            cases = [self._rows.get(name) for name in ids[page * size : (page + 1) * size]]
        total = len(ids)
        items = [_row(case) for case in cases if case is not None]
        if quirk is FaultKind.EMPTY_PAGE:
            items, total = [], max(total, (page + 1) * size + 1)
        more = (page + 1) * size < total
        return {"items": items, "has_more": more, "total": total, "page": page, "size": size}

    def detail(self, fields: Fields) -> dict[str, Any]:
        """``afterSale.Detail``."""
        return _detail(self._known(fields.text("after_sale_id")))

    def operate(self, fields: Fields, *, at: int) -> dict[str, Any]:
        """``afterSale.operate``: one that fails fails them all."""
        kind = fields.whole("type")
        parts = fields.parts("items", most=20)
        with self._lock:
            found = [(self._known(part.text("aftersale_id")), part) for part in parts]
            for case, part in found:
                self._may(case, part, kind)
            for case, part in found:
                self._decide(case, part, kind, at=at)
        items = [
            {"aftersale_id": int(case["aftersale_id"]), "status_code": 0, "status_msg": "success"}
            for case, _ in found
        ]
        return {"items": items}

    def reasons(self) -> dict[str, Any]:
        """``afterSale.rejectReasonCodeList``."""
        reasons = ((1, "买家未举证", "N"), (2, "商品影响二次销售", "Y"))
        return {
            "items": [
                {"reject_reason_code": code, "reason": reason, "evidence_need": need}
                for code, reason, need in reasons
            ]
        }

    def status(self, aftersale_id: str) -> tuple[int, int]:
        """Status and refund status of a case, for a test to look at."""
        case = self._rows.get(aftersale_id)
        if case is None:
            raise ArgumentError(f"there is no case {aftersale_id} in this shop")
        return case["status"], case["refund_status"]

    def _known(self, aftersale_id: str) -> Mapping[str, Any]:
        case = self._rows.get(aftersale_id)
        if case is None:
            raise Refusal("isp.service-error:10000")
        return case

    def _may(self, case: Mapping[str, Any], part: Fields, kind: int) -> None:
        seen = part.optional_whole("update_time")
        waits_for = {201: _WAITS_FOR_SHOP, 101: _WAITS_FOR_SHOP, 111: _WAITS_FOR_RECEIPT}
        if kind not in waits_for and kind not in _REFUSE:
            raise Refusal("isv.business-failed:11001")
        waits = case["status"] == waits_for.get(kind, _WAITS_FOR_SHOP)
        if not waits or (seen is not None and seen != case["update_time"]):
            raise Refusal("isv.business-failed:20309541")
        about_return = case["kind"] == _RETURN
        if (kind in {101, 102}) != about_return and kind != 111:
            raise Refusal("isv.business-failed:20309541")
        logistics = part.part("logistics")
        if kind == 101 and (logistics is None or logistics.optional_whole("receiver_address_id") is None):
            raise Refusal("isv.parameter-missing", "receiver_address_id")
        if kind in _REFUSE:
            part.whole("reject_reason_code")
            part.text("reason")
            part.text("remark")

    def _decide(self, case: Mapping[str, Any], part: Fields, kind: int, *, at: int) -> None:
        aftersale_id = case["aftersale_id"]
        if kind in _REFUSE:
            self._effects["refuse", aftersale_id] += 1
            self._move(aftersale_id, {"status": _REFUSED}, at=at, tag="204" if kind == 202 else "205")
        elif kind == 101:
            self._effects["return", aftersale_id] += 1
            self._move(aftersale_id, {"status": _WAITS_FOR_RETURN}, at=at, tag="202")
        else:
            self._effects["refund", aftersale_id] += 1
            self._move(aftersale_id, {"status": _DONE, "refund_status": 3}, at=at, tag="206")
        _ = part

    def _move(self, aftersale_id: str, fields: Mapping[str, Any], *, at: int, tag: str) -> None:
        with self._lock:
            case = self._rows.get(aftersale_id)
            if case is None:
                raise ArgumentError(f"there is no case {aftersale_id} in this shop")
            # a case that changes twice in a second has two update times, or the second change could not be seen
            moved = max(at, case["update_time"] + 1)
            log = {"operator": "系统", "time": str(moved), "text": tag}
            new = {**case, **fields, "update_time": moved, "logs": [*case["logs"], log]}
            self._rows.put(aftersale_id, new)
            self._show(new)
            if new["refund_status"] == 3 and new["status"] == _DONE:
                self._close_order(new, at=at)
        self.on_change(tag, new)

    def _show(self, case: Mapping[str, Any]) -> None:
        """Write the case on the order's line, which does not move the order."""
        shown = {"after_sale_status": case["status"], "after_sale_type": case["kind"]}
        info = {"after_sale_info": {**shown, "refund_status": case["refund_status"]}}
        self._orders.change_line(case["order_id"], case["line"]["order_id"], info)

    def _close_order(self, case: Mapping[str, Any], *, at: int) -> None:
        order = self._orders.payload(case["order_id"])
        if all(line["after_sale_info"]["refund_status"] == 3 for line in order["sku_order_list"]):
            ended = {2: 21, 101: 22, 3: 22, 5: 39}.get(order["order_status"], 21)
            self._orders.change(case["order_id"], {"main_status": ended}, at=at)


def _row(case: Mapping[str, Any]) -> dict[str, Any]:
    line = case["line"]
    return {
        "aftersale_info": {
            "aftersale_id": case["aftersale_id"],
            "aftersale_type": case["kind"],
            "aftersale_status": case["status"],
            "related_id": line["order_id"],
            "refund_status": case["refund_status"],
            "refund_amount": case["amount"],
            "refund_post_amount": case["freight"],
            "apply_time": case["apply_time"],
            "create_time": case["apply_time"],
            "update_time": case["update_time"],
            "status_deadline": 0,
            "aftersale_num": line["item_num"],
            "arbitrate_status": 0,
            "return_logistics_code": case["return_code"],
            "got_pkg": 0,
        },
        "order_info": {
            "shop_order_id": case["order_id"],
            "related_order_info": [
                {
                    "sku_order_id": line["order_id"],
                    "product_id": line["product_id"],
                    "item_num": line["item_num"],
                    "aftersale_item_num": line["item_num"],
                    "aftersale_pay_amount": case["amount"] - case["freight"],
                    "aftersale_post_amount": case["freight"],
                }
            ],
        },
    }


def _detail(case: Mapping[str, Any]) -> dict[str, Any]:
    line = case["line"]
    return {
        "process_info": {
            "after_sale_info": {
                "after_sale_id": int(case["aftersale_id"]),
                "after_sale_type": case["kind"],
                "after_sale_status": case["status"],
                "refund_status": case["refund_status"],
                "refund_total_amount": case["amount"],
                "refund_post_amount": case["freight"],
                "real_refund_amount": case["amount"] if case["refund_status"] == 3 else 0,
                "after_sale_apply_count": line["item_num"],
                "apply_time": case["apply_time"],
                "update_time": case["update_time"],
                "reason": case["reason"],
                "reason_code": 1,
                "got_pkg": 0,
                "evidence": [],
            },
            "arbitrate_info": {"arbitrate_id": "", "arbitrate_status": 0},
            "logistics_info": {"return": {"tracking_no": case["return_code"], "company_code": "yuantong"}},
            "record_logs_list": case["logs"],
        },
        "order_info": {
            "shop_order_id": int(case["order_id"]),
            "sku_order_infos": [
                {
                    "sku_order_id": int(line["order_id"]),
                    "product_id": line["product_id"],
                    "sku_id": line["sku_id"],
                    "item_quantity": line["item_num"],
                    "after_sale_item_count": line["item_num"],
                }
            ],
        },
    }
