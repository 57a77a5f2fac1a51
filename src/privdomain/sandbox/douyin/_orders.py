"""Orders: listing, reading, shipping, notes. douyin.md A4."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.douyin._ciphers import CipherDesk, masked
from privdomain.sandbox.douyin._fields import Fields
from privdomain.sandbox.douyin._rows import Rows
from privdomain.sandbox.douyin._words import Refusal
from privdomain.sandbox.faults import FaultKind

__all__ = ["CARRIERS", "OrderBook"]

_KEPT_S = 90 * 86_400
_PAGE_MOST, _DEPTH = 100, 50_000
_TO_SHIP = frozenset({2, 101})

CARRIERS = {
    "shunfeng": "顺丰速运",
    "yuantong": "圆通快递",
    "zhongtong": "中通快递",
    "shentong": "申通快递",
    "yunda": "韵达快递",
    "jtexpress": "极兔速递",
    "jd": "京东快递",
    "ems": "EMS",
}


class OrderBook:
    """The orders of one shop; a payload is never changed, only replaced, because another thread may be writing it."""

    def __init__(self, *, shop_id: str, ciphers: CipherDesk, effects: Counter[tuple[str, str]]) -> None:
        self._shop_id, self._ciphers, self._effects = shop_id, ciphers, effects
        self._lock = threading.RLock()
        self._rows = Rows("create_time", "update_time", moment_of=lambda order, name: order[name])
        self._requests: dict[str, dict[str, Any]] = {}
        self.on_change: Callable[[str, Mapping[str, Any]], None] = lambda tag, order: None  # noqa: ARG005

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._rows

    def payload(self, order_id: str) -> Mapping[str, Any]:
        """The order as it is served now."""
        order = self._rows.get(order_id)
        if order is None:
            raise ArgumentError(f"there is no order {order_id} in this shop")
        return order

    def put(self, order: Mapping[str, Any]) -> None:
        """Add an order, or replace the one with its id; who receives it is encrypted and masked."""
        served: dict[str, Any] = {**order, "shop_id": int(self._shop_id)}
        receiver = served.pop("receiver", None)
        if receiver is not None:
            served |= self._hidden(served["order_id"], receiver)
        with self._lock:
            self._rows.put(served["order_id"], served)

    def _hidden(self, order_id: str, receiver: Mapping[str, str]) -> dict[str, Any]:
        place = {"province": "浙江省", "city": "杭州市", "town": "西湖区", "street": "文新街道"}
        address: dict[str, Any] = {
            name: {"name": receiver.get(name, usual), "id": str(number)}
            for number, (name, usual) in enumerate(place.items(), 330000)
        }
        detail = receiver.get("address", "")
        cipher = {
            name: self._ciphers.cipher(receiver[name], auth_id=order_id) if receiver.get(name) else ""
            for name in ("name", "phone", "address")
        }
        return {
            "encrypt_post_receiver": cipher["name"],
            "encrypt_post_tel": cipher["phone"],
            "mask_post_receiver": masked(receiver["name"]) if receiver.get("name") else "",
            "mask_post_tel": masked(receiver["phone"]) if receiver.get("phone") else "",
            "post_addr": {**address, "detail": "", "encrypt_detail": cipher["address"]},
            "mask_post_addr": {**address, "detail": masked(detail) if detail else ""},
        }

    def change(self, order_id: str, fields: Mapping[str, Any], *, at: int) -> Mapping[str, Any]:
        """Replace top-level fields of an order; its update time becomes ``at`` unless it is among them."""
        with self._lock:
            new = {**self.payload(order_id), "update_time": at, **fields}
            self._rows.put(order_id, new)
            return new

    def change_line(self, order_id: str, line_id: str, fields: Mapping[str, Any]) -> None:
        """Replace fields of one line, which does not move the order's update time."""
        with self._lock:
            order = self.payload(order_id)
            lines = [
                {**line, **fields} if line["order_id"] == line_id else line
                for line in order["sku_order_list"]
            ]
            self._rows.put(order_id, {**order, "sku_order_list": lines})

    def listed(self, fields: Fields, quirk: FaultKind | None, *, at: int) -> dict[str, Any]:
        """``order.searchList``."""
        page, size = fields.whole("page"), fields.whole("size")
        if page < 0:
            raise Refusal("isv.parameter-invalid:10035")
        if not 1 <= size <= _PAGE_MOST:
            raise Refusal("isv.parameter-invalid:20008")
        pairs = {name: _pair(fields, name) for name in ("create_time", "update_time")}
        if not any(pairs.values()):
            raise Refusal("isv.parameter-invalid:20011")
        if any(pair is not None and pair[0] < at - _KEPT_S for pair in pairs.values()):
            raise Refusal("isv.parameter-invalid:20022")
        statuses = _statuses(fields)
        by = fields.text("order_by", default="create_time")
        if by not in pairs:
            raise Refusal("isv.parameter-invalid", "order_by")
        with self._lock:
            since, until = pairs[by] or (0, 2**62)

            def keep(order: Mapping[str, Any]) -> bool:
                within = all(
                    pair is None or pair[0] <= order[name] <= pair[1] for name, pair in pairs.items()
                )
                return within and (not statuses or order["order_status"] in statuses)

            ids = self._rows.between(by, since, until, keep=keep)
            if not fields.flag("order_asc"):
                ids.reverse()
            if (page + 1) * size > _DEPTH:
                raise Refusal("isv.parameter-invalid:20013")
            rows = [self.payload(name) for name in ids[page * size : (page + 1) * size]]
        total = len(ids)
        if quirk is FaultKind.EMPTY_PAGE:
            rows, total = [], max(total, (page + 1) * size + 1)
        return {"page": page, "size": size, "total": total, "shop_order_list": rows}

    def detail(self, fields: Fields) -> dict[str, Any]:
        """``order.orderDetail``."""
        order = self._known(fields.text("shop_order_id"))
        return {"shop_order_detail": {**order, "promotion_detail": {}}}

    def remark(self, fields: Fields) -> dict[str, Any]:
        """``order.addOrderRemark``: it does not move the update time."""
        order_id, remark = fields.text("order_id"), fields.text("remark", default="")
        with self._lock:
            order = self._known(order_id)
            self._rows.put(order_id, {**order, "seller_words": remark})
            self._effects["remark", order_id] += 1
        return {}

    def ship_whole(self, fields: Fields, *, at: int) -> dict[str, Any]:
        """``order.logisticsAdd``."""
        order_id = fields.text("order_id")
        with self._lock:
            order = self._known(order_id)
            if order["order_status"] == 101:
                raise Refusal("isv.business-failed:1", "该订单当前为“部分发货”状态，无法调用此接口")
            left = {line["order_id"]: line["item_num"] for line in order["sku_order_list"]}
            self._ship(order, [(fields.text("company_code"), fields.text("logistics_code"), left)], at=at)
        return {}

    def ship_pack(self, fields: Fields, *, at: int) -> dict[str, Any]:
        """``order.logisticsAddSinglePack``: once for a request id."""
        request_id = fields.text("request_id")
        with self._lock:
            if request_id in self._requests:
                return self._requests[request_id]
            order_ids = fields.texts("order_id_list")
            shipped = _shipped(fields)
            for order_id in order_ids:
                order = self._known(order_id)
                own = {line["order_id"] for line in order["sku_order_list"]}
                content = {name: count for name, count in shipped.items() if name in own}
                self._ship(
                    order, [(fields.text("company_code"), fields.text("logistics_code"), content)], at=at
                )
            self._requests[request_id] = {"pack_id": f"PK{len(self._requests) + 1:010d}"}
            return self._requests[request_id]

    def ship_packs(self, fields: Fields, *, at: int) -> dict[str, Any]:
        """``order.logisticsAddMultiPack``: all of them or none, once for a request id."""
        request_id = fields.text("request_id")
        with self._lock:
            if request_id in self._requests:
                return self._requests[request_id]
            packs = [
                (part.text("company_code"), part.text("logistics_code"), _shipped(part))
                for part in fields.parts("pack_list")
            ]
            self._ship(self._known(fields.text("order_id")), packs, at=at)
            listed = [{"logistics_code": waybill, "pack_id": f"PK{waybill}"} for _, waybill, _ in packs]
            self._requests[request_id] = {"pack_list": listed}
            return self._requests[request_id]

    def _known(self, order_id: str) -> Mapping[str, Any]:
        order = self._rows.get(order_id)
        if order is None:
            raise Refusal("isv.parameter-invalid:60033")
        return order

    def _ship(
        self, order: Mapping[str, Any], packs: list[tuple[str, str, dict[str, int]]], *, at: int
    ) -> None:
        if order["order_status"] not in _TO_SHIP:
            closed = order["order_status"] == 4
            raise Refusal("isv.business-failed:60021" if closed else "isv.business-failed:60110")
        left = Counter({line["order_id"]: line["item_num"] for line in order["sku_order_list"]})
        for parcel in order["logistics_info"]:
            for product in parcel["product_info"]:
                left[product["sku_order_id"]] -= product["product_count"]
        parcels: list[dict[str, Any]] = []
        for company, waybill, content in packs:
            if company not in CARRIERS:
                raise Refusal("isv.parameter-invalid", "暂不支持该物流公司或物流商已失效")
            for line_id, count in content.items():
                if line_id not in left:
                    raise Refusal("isv.parameter-invalid", f"子订单{line_id}")
                left[line_id] -= count
                if left[line_id] < 0:
                    raise Refusal("isv.business-failed:60110")
            lines = [{"sku_order_id": name, "product_count": count} for name, count in content.items()]
            parcels.append(
                {
                    "tracking_no": waybill,
                    "company": company,
                    "company_name": CARRIERS[company],
                    "delivery_id": f"PK{waybill}",
                    "ship_time": at,
                    "product_info": lines,
                }
            )
        done = not any(left.values())
        status = 3 if done else 101
        changed: dict[str, Any] = {
            "order_status": status,
            "main_status": status,
            "ship_time": at if done else 0,
        }
        changed["logistics_info"] = [*order["logistics_info"], *parcels]
        new = self.change(order["order_id"], changed, at=at)
        for parcel in parcels:
            self._effects["ship", f"{order['order_id']}/{parcel['tracking_no']}"] += 1
        self.on_change("102" if done else "108", new)


def _shipped(fields: Fields) -> dict[str, int]:
    return {
        part.text("shipped_order_id"): part.whole("shipped_num")
        for part in fields.parts("shipped_order_info")
    }


def _pair(fields: Fields, name: str) -> tuple[int, int] | None:
    start, end = fields.optional_whole(f"{name}_start"), fields.optional_whole(f"{name}_end")
    if start is None or end is None:
        return None
    if start >= end:
        raise Refusal("isv.parameter-invalid", f"{name}_start")
    return start, end


def _statuses(fields: Fields) -> set[int]:
    parts = fields.optional_parts("combine_status")
    if len(parts) > 1:
        raise Refusal("isv.parameter-invalid:20012")
    if not parts:
        return set()
    words = parts[0].text("order_status", default="").split(",")
    return {int(word) for word in words if word.isdigit()}
