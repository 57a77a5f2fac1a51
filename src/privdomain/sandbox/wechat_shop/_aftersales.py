"""The after-sale endpoints, and the states a case goes through. wechat.md §6.

One call, ``acceptapply``, agrees to a return at one stage and pays back at the next; ``accept_type`` 1 only does the
first and 2 only the second (aftersale/api_acceptapply.html, read 2026-11-24).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from attrs import define

from privdomain.errors import ArgumentError
from privdomain.sandbox._timeline import Timeline
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.wechat_shop._cursor import Cursor, query_mark
from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._orders import OrderBook
from privdomain.sandbox.wechat_shop._replies import Refusal

__all__ = ["REASONS", "REJECT_REASONS", "AfterSaleDesk", "PaysBack"]

REASONS: Mapping[str, str] = {
    "10000000": "不想要了",
    "10000002": "拍错/多拍",
    "10000006": "卖家发错货",
    "10000021": "质量问题",
    "10000008": "其他",
}
REJECT_REASONS: Mapping[int, str] = {1: "已与买家协商", 2: "商品影响二次销售", 3: "其他"}

_DAY_S = 86_400
_PAGE = 20
_NO_SUCH_CASE, _WRONG_STAGE, _TOO_LONG, _TOO_OFTEN, _KEY_USED = (
    10021050,
    10021041,
    10020004,
    10021059,
    10021089,
)
_TAKE_BACK, _PAY_BACK = 1, 2
_ALL_RETURNED = 200

# type and state → what accept_type has to be where it is sent, and the state afterwards
_ACCEPT: Mapping[tuple[str, str], tuple[int, str]] = {
    ("REFUND", "MERCHANT_PROCESSING"): (_PAY_BACK, "MERCHANT_REFUND_SUCCESS"),
    ("REFUND", "MERCHANT_OVERDUE_REFUND"): (_PAY_BACK, "MERCHANT_REFUND_SUCCESS"),
    ("RETURN", "MERCHANT_PROCESSING"): (_TAKE_BACK, "USER_WAIT_RETURN"),
    ("RETURN", "USER_WAIT_RETURN"): (_PAY_BACK, "MERCHANT_RETURN_SUCCESS"),
    ("RETURN", "MERCHANT_WAIT_RECEIPT"): (_PAY_BACK, "MERCHANT_RETURN_SUCCESS"),
    ("RETURN", "MERCHANT_OVERDUE_REFUND"): (_PAY_BACK, "MERCHANT_RETURN_SUCCESS"),
    ("EXCHANGE", "MERCHANT_PROCESSING"): (_TAKE_BACK, "USER_WAIT_RETURN"),
}
_REJECT: Mapping[tuple[str, str], str] = {
    ("REFUND", "MERCHANT_PROCESSING"): "MERCHANT_REJECT_REFUND",
    ("RETURN", "MERCHANT_PROCESSING"): "MERCHANT_REJECT_RETURN",
    ("RETURN", "MERCHANT_WAIT_RECEIPT"): "MERCHANT_REJECT_RETURN",
    ("EXCHANGE", "MERCHANT_PROCESSING"): "MERCHANT_REJECT_EXCHANGE",
}
_OPEN = frozenset(
    {"MERCHANT_PROCESSING", "USER_WAIT_RETURN", "MERCHANT_WAIT_RECEIPT", "MERCHANT_OVERDUE_REFUND"}
)


class PaysBack(Protocol):
    """What books a refund."""

    def __call__(self, *, at: int, order_id: str, aftersale_id: str, amount: int) -> None:
        """Money went back to a buyer."""
        ...


@define
class _Case:
    payload: dict[str, Any]
    refunds: int = 0


class AfterSaleDesk:
    """The cases of one shop. ``now`` is the sandbox's time in whole seconds, ``pay_back`` books what is paid back."""

    def __init__(
        self, orders: OrderBook, *, now: Callable[[], int], pay_back: PaysBack, refund_pause_s: int
    ) -> None:
        self._orders, self._now, self._pay_back = orders, now, pay_back
        self._refund_pause_s = refund_pause_s
        self._lock = threading.RLock()
        self._cases: dict[str, _Case] = {}
        self._created, self._updated = Timeline(), Timeline()
        self._by_request: dict[str, str] = {}
        self._paid_back_at: dict[str, int] = {}

    # --- what a test does and asks ---

    def open(
        self,
        order_id: str,
        *,
        kind: str,
        sku_id: str | None,
        count: int | None,
        amount: int | None,
        reason: str,
        desc: str,
        at: int | None = None,
    ) -> str:
        """A buyer opens a case on one line of an order; returns its id."""
        order = self._orders.payload(order_id)
        lines = order["order_detail"]["product_infos"]
        line = next((line for line in lines if sku_id is None or str(line["sku_id"]) == sku_id), None)
        if line is None:
            raise ArgumentError(f"order {order_id} has no SKU {sku_id!r}")
        units = line["sku_cnt"] if count is None else count
        asked = line["real_price"] * units // line["sku_cnt"] if amount is None else amount
        if kind not in {"REFUND", "RETURN", "EXCHANGE"} or not 1 <= units <= line["sku_cnt"] or asked < 0:
            raise ArgumentError(
                f"kind={kind!r}, count={units}, amount={asked}: a case is a REFUND, a RETURN or an EXCHANGE of 1 to "
                f"{line['sku_cnt']} units, for no negative amount"
            )
        moment = self._now() if at is None else at
        with self._lock:
            aftersale_id = f"2{len(self._cases) + 1:017d}"
            self._cases[aftersale_id] = _Case(
                {
                    "after_sale_order_id": aftersale_id,
                    "order_id": order_id,
                    "openid": order.get("openid", ""),
                    "unionid": order.get("unionid", ""),
                    "type": kind,
                    "status": "MERCHANT_PROCESSING",
                    "reason": reason,
                    "reason_text": REASONS.get(reason, ""),
                    "product_info": {
                        "product_id": line["product_id"],
                        "sku_id": line["sku_id"],
                        "count": units,
                        "fast_refund": False,
                    },
                    "details": {"desc": desc, "receive_product": kind != "REFUND", "media_id_list": []},
                    "refund_info": {"amount": asked, "refund_reason": 0},
                    "return_info": {},
                    "merchant_upload_info": {},
                    "deadline": 2 * _DAY_S,
                    "create_time": moment,
                    "update_time": moment,
                    "complete_time": 0,
                }
            )
            self._created.add(moment, aftersale_id)
            self._updated.add(moment, aftersale_id)
        self._count_units(order_id, str(line["sku_id"]), moving=units, done=0, at=moment)
        return aftersale_id

    def payload(self, aftersale_id: str) -> Mapping[str, Any]:
        """A case as it is served."""
        with self._lock:
            if aftersale_id not in self._cases:
                raise ArgumentError(f"there is no case {aftersale_id} in this shop")
            return dict(self._cases[aftersale_id].payload)

    def refunds(self, aftersale_id: str) -> int:
        """How often a case was paid back."""
        with self._lock:
            return self._cases[aftersale_id].refunds if aftersale_id in self._cases else 0

    def of_order(self, order_id: str) -> tuple[str, ...]:
        """The cases of an order, oldest first."""
        with self._lock:
            return tuple(id_ for id_, case in self._cases.items() if case.payload["order_id"] == order_id)

    def change(self, aftersale_id: str, fields: Mapping[str, Any]) -> None:
        """Replace members of a case, as its buyer or the platform might; its update time becomes now."""
        with self._lock:
            self.payload(aftersale_id)
            self._write(aftersale_id, fields, at=self._now())

    # --- the endpoints ---

    def get(self, fields: Fields) -> dict[str, Any]:
        """``aftersale/getaftersaleorder``."""
        with self._lock:
            return {"after_sale_order": dict(self._find(fields).payload)}

    def list(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``aftersale/getaftersalelist``: a pair of creation times or one of update times, 24 hours at most."""
        updated = self._pair(fields, "update")
        window = updated or self._pair(fields, "create")
        if window is None:
            raise fields.bad("one pair of times is required")
        start, end = window
        openid = fields.text("openid", default="")
        sent = fields.text("next_key", default="")
        mark = query_mark("aftersale", bool(updated), start, end, openid)
        cursor = Cursor.read(sent) if sent else Cursor(mark, (start, ""))
        if cursor is None or cursor.mark != mark:
            raise fields.bad("next_key does not belong to this query")
        if quirk is FaultKind.EMPTY_PAGE:
            turned = Cursor(mark, cursor.position, cursor.turns + 1)
            return {"after_sale_order_id_list": [], "next_key": str(turned), "has_more": True}

        def keep(aftersale_id: str) -> bool:
            return not openid or self._cases[aftersale_id].payload["openid"] == openid

        timeline = self._updated if updated else self._created
        with self._lock:
            page, more = timeline.page(after=cursor.position, until=end, size=_PAGE, keep=keep)
        ids = [aftersale_id for _, aftersale_id in page]
        if quirk is FaultKind.REPEAT_CURSOR:
            return {"after_sale_order_id_list": ids, "next_key": sent, "has_more": True}
        next_key = str(Cursor(mark, page[-1])) if more else ""
        return {"after_sale_order_id_list": ids, "next_key": next_key, "has_more": more}

    def accept(self, fields: Fields) -> dict[str, Any]:
        """``aftersale/acceptapply``."""
        wanted = fields.optional_whole("accept_type")
        fields.text("address_id", default="")
        at = self._now()
        with self._lock:
            case = self._find(fields)
            payload = case.payload
            step = _ACCEPT.get((payload["type"], payload["status"]))
            if step is None:
                raise Refusal(_WRONG_STAGE)
            does, status = step
            if payload["status"] == "USER_WAIT_RETURN" and wanted != _PAY_BACK:
                raise Refusal(_WRONG_STAGE)  # before the goods are sent, only who says so pays back
            if wanted is not None and wanted != does:
                raise Refusal(_WRONG_STAGE)
            if does == _PAY_BACK:
                self._refund(case, status, at=at)
            else:
                self._write(payload["after_sale_order_id"], {"status": status}, at=at)
        return {}

    def reject(self, fields: Fields) -> dict[str, Any]:
        """``aftersale/rejectapply``."""
        number = fields.whole("reject_reason_type", least=0, most=2**31 - 1)
        text = fields.text("reject_reason", default="")
        if number not in REJECT_REASONS:
            raise fields.bad("reject_reason_type is none of the platform's")
        with self._lock:
            payload = self._find(fields).payload
            status = _REJECT.get((payload["type"], payload["status"]))
            if status is None:
                raise Refusal(_WRONG_STAGE)
            told = {"status": status, "merchant_upload_info": {"reject_reason": text}}
            self._write(payload["after_sale_order_id"], told, at=self._now())
        return {}

    def generate(self, fields: Fields) -> dict[str, Any]:
        """``aftersale/genaftersaleorder``: one case per request_id."""
        request_id, order_id = fields.text("request_id"), fields.text("order_id")
        kind = fields.text("type")
        fields.text("product_id")
        sku_id = fields.text("sku_id")
        count = fields.whole("count", least=1, most=2**31 - 1)
        amount = fields.whole("amount", least=0, most=2**53)
        with self._lock:
            if request_id in self._by_request:
                raise Refusal(_KEY_USED)
            if self._orders.find(order_id) is None:
                raise Refusal(100002)
            try:
                aftersale_id = self.open(
                    order_id,
                    kind=kind,
                    sku_id=sku_id,
                    count=count,
                    amount=amount,
                    reason=fields.text("reason"),
                    desc=fields.text("desc", default=""),
                )
            except ArgumentError as error:
                raise fields.bad("the order has no such goods") from error
            self._by_request[request_id] = aftersale_id
        return {"after_sale_order_id": aftersale_id}

    def reject_reasons(self) -> dict[str, Any]:
        """``aftersale/rejectreason/get``."""
        listed = [
            {"reject_reason_type": number, "reject_reason": text} for number, text in REJECT_REASONS.items()
        ]
        return {"reject_reason_list": listed}

    def reasons(self) -> dict[str, Any]:
        """``aftersale/reason/get``."""
        return {"reason_list": [{"reason": code, "reason_text": text} for code, text in REASONS.items()]}

    # --- inside ---

    def _find(self, fields: Fields) -> _Case:
        case = self._cases.get(fields.text("after_sale_order_id"))
        if case is None:
            raise Refusal(_NO_SUCH_CASE)
        return case

    @staticmethod
    def _pair(fields: Fields, by: str) -> tuple[int, int] | None:
        start, end = fields.optional_whole(f"begin_{by}_time"), fields.optional_whole(f"end_{by}_time")
        if start is None and end is None:
            return None
        if start is None or end is None:
            raise fields.bad(f"begin_{by}_time and end_{by}_time are used in pairs")
        if not 0 <= start <= end or end - start > _DAY_S:
            raise Refusal(_TOO_LONG)
        return start, end

    def _refund(self, case: _Case, status: str, *, at: int) -> None:
        payload = case.payload
        order_id, aftersale_id = payload["order_id"], payload["after_sale_order_id"]
        before = self._paid_back_at.get(order_id)
        if before is not None and at - before < self._refund_pause_s:
            raise Refusal(_TOO_OFTEN)
        self._paid_back_at[order_id] = at
        case.refunds += 1
        amount: int = payload["refund_info"]["amount"]
        told = {"status": status, "complete_time": at, "refund_info": {"amount": amount, "refund_reason": 3}}
        self._write(aftersale_id, told, at=at)
        product = payload["product_info"]
        units: int = product["count"]
        self._count_units(order_id, str(product["sku_id"]), moving=-units, done=units, at=at)
        self._pay_back(at=at, order_id=order_id, aftersale_id=aftersale_id, amount=amount)

    def _write(self, aftersale_id: str, fields: Mapping[str, Any], *, at: int) -> None:
        case = self._cases[aftersale_id]
        old = case.payload
        moment = max(at, old["update_time"])
        new = {**old, "update_time": moment, **fields}
        if new["status"] not in _OPEN:
            new["deadline"] = 0
        self._updated.remove(old["update_time"], aftersale_id)
        self._updated.add(new["update_time"], aftersale_id)
        case.payload = new

    def _count_units(self, order_id: str, sku_id: str, *, moving: int, done: int, at: int) -> None:
        """Tell the order how many of its units are in after-sale, and how many are through it."""

        def change(order: dict[str, Any]) -> None:
            lines = order["order_detail"]["product_infos"]
            line = next(line for line in lines if str(line["sku_id"]) == sku_id)
            line["on_aftersale_sku_cnt"] = max(0, line.get("on_aftersale_sku_cnt", 0) + moving)
            line["finish_aftersale_sku_cnt"] = line.get("finish_aftersale_sku_cnt", 0) + done
            if done and all(one.get("finish_aftersale_sku_cnt", 0) >= one["sku_cnt"] for one in lines):
                order["status"] = _ALL_RETURNED

        self._orders.edit(order_id, change, at=at)
