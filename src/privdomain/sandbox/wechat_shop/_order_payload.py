"""Complete order payloads from a few arguments, with the platform's invariants kept. wechat.md §4.3.

For every order made here: ``order_price = Σ real_price + freight``, ``estimate_price`` is the line after discounts
and points, ``real_price`` is the smaller of it and a price changed by the merchant, and
``merchant_receieve_price`` (so spelt) is the original price less discounts, points and the change.
Amounts are fen, times unix seconds, ids text. Discounts of a line that are zero are left out, as the platform may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from attrs import frozen

from privdomain.errors import ArgumentError
from privdomain.sandbox.wechat_shop._line import DISCOUNT_KINDS, WeChatLine, checked_names, source_info

__all__ = ["wechat_order"]

_ADDRESS = (
    "user_name",
    "tel_number",
    "province_name",
    "city_name",
    "county_name",
    "detail_info",
    "house_number",
    "postal_code",
)
_NOT_PAID = frozenset({10, 250})
_PARTLY_SHIPPED, _SHIPPED, _DONE = 21, 30, 100


@frozen(kw_only=True)
class _Times:
    """When an order passed its stations, in unix seconds; 0 for never."""

    created: int
    updated: int
    paid: int
    shipped: int
    confirmed: int

    @classmethod
    def of(
        cls,
        status: int,
        *,
        created: datetime,
        updated: datetime | None,
        paid: datetime | None,
        shipped: datetime | None,
        confirmed: datetime | None,
    ) -> _Times:
        """What is not given follows from the status, at the earliest moment it can have been."""
        start = _seconds(created)
        paid_at = _seconds(paid) if paid else 0 if status in _NOT_PAID else start
        shipped_at = (
            _seconds(shipped) if shipped else paid_at if status in {_PARTLY_SHIPPED, _SHIPPED, _DONE} else 0
        )
        confirmed_at = _seconds(confirmed) if confirmed else shipped_at if status == _DONE else 0
        last = max(start, paid_at, shipped_at, confirmed_at)
        changed = _seconds(updated) if updated else last
        if changed < last:
            raise ArgumentError(
                "an order cannot have been updated before it was created, paid, shipped or confirmed"
            )
        return cls(created=start, updated=changed, paid=paid_at, shipped=shipped_at, confirmed=confirmed_at)


def wechat_order(
    order_id: str,
    *,
    openid: str,
    created: datetime,
    lines: Sequence[WeChatLine],
    unionid: str = "",
    status: int = 20,
    updated: datetime | None = None,
    paid: datetime | None = None,
    shipped: datetime | None = None,
    confirmed: datetime | None = None,
    freight: int = 0,
    receiver: Mapping[str, str] | None = None,
    source: Mapping[str, Any] | None = None,
    order_scene: int = 1,
    payment_method: int = 1,
    customer_notes: str = "",
    merchant_notes: str = "",
    giver_openid: str = "",
    giver_unionid: str = "",
) -> dict[str, Any]:
    """An order as ``order/get`` serves it (the value of its ``order``); see the module for what always holds.

    ``status`` is one of wechat.md §4.4 or anything else a test needs; times that are not given follow from it.
    ``receiver`` takes the names of ``address_info`` and is served masked, with a ``hash_code`` of its own.
    ``source`` (names of ``source_infos``) is for all lines without one. With ``giver_openid`` it is a gift order
    (送礼物), and ``openid`` is who receives it.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox import wechat_line, wechat_order

    order = wechat_order(
        "3700000000000000001",
        openid="oA1",
        created=datetime(2026, 11, 11, tzinfo=UTC),
        lines=[wechat_line(product_id="100", sku_id="1001", quantity=2, sale_price=10_000, discounts={"vip": 500})],
        freight=800,
    )
    price = order["order_detail"]["price_info"]
    assert (price["product_price"], price["discounted_price"], price["order_price"]) == (20_000, 500, 20_300)
    assert price["merchant_receieve_price"] == 20_300
    ```
    """
    if not lines:
        raise ArgumentError(f"order {order_id} has no lines; the platform has no such order")
    times = _Times.of(
        status, created=created, updated=updated, paid=paid, shipped=shipped, confirmed=confirmed
    )
    is_present = bool(giver_openid)
    order: dict[str, Any] = {
        "order_id": order_id,
        "status": status,
        "openid": openid,
        "unionid": unionid,
        "create_time": times.created,
        "update_time": times.updated,
        "is_present": is_present,
        "aftersale_detail": {
            "on_aftersale_order_cnt": sum(line.refunding_quantity > 0 for line in lines),
            "aftersale_order_list": [],
        },
        "order_detail": {
            "product_infos": _product_infos(order_id, lines),
            "pay_info": {
                "prepay_id": "",
                "prepay_time": times.created,
                "pay_time": times.paid,
                "transaction_id": f"42000{order_id[-23:]:0>23}" if times.paid else "",
                "payment_method": payment_method,
            },
            "price_info": _price_info(lines, freight),
            "delivery_info": _delivery_info(lines, times, status, receiver or {}),
            "ext_info": {
                "customer_notes": customer_notes,
                "merchant_notes": merchant_notes,
                "confirm_receipt_time": times.confirmed,
                "order_scene": order_scene,
                "commission_handling_progress": 1 if times.paid else 0,
            },
            "commission_infos": [],
            "settle_info": {"predict_commission_fee": 0, "commission_fee": 0, "settle_time": 0},
            "source_infos": [
                source_info(line.sku_id, found)
                for line in lines
                if (found := line.source or source) is not None
            ],
        },
    }
    if is_present:
        order["present_giver_openid"], order["present_giver_unionid"] = giver_openid, giver_unionid
        order["order_present_info"] = {
            "present_send_type": 0,
            "present_note": "",
            "present_giver_openid": giver_openid,
            "present_giver_unionid": giver_unionid,
        }
    return order


def _product_infos(order_id: str, lines: Sequence[WeChatLine]) -> list[dict[str, Any]]:
    # shared by the lines of one order: histories are served from memory, and lines are most of them
    delivery: dict[str, Any] = {"stock_type": 0, "predict_delivery_time": 0}
    service: dict[str, Any] = {"seven_day_return": 1, "freight_insurance": 0}
    return [
        line.payload(f"{order_id}_{number:03d}", delivery=delivery, service=service)
        for number, line in enumerate(lines, start=1)
    ]


def _price_info(lines: Sequence[WeChatLine], freight: int) -> dict[str, Any]:
    if freight < 0:
        raise ArgumentError(f"freight is {freight} fen; it cannot be negative")
    listed = sum(line.list_price for line in lines)
    by_kind = {kind: sum(line.discounts.get(kind, 0) for line in lines) for kind in DISCOUNT_KINDS}
    discounted, deduction = sum(by_kind.values()), sum(line.deduction for line in lines)
    estimated, real = sum(line.estimate_price for line in lines), sum(line.real_price for line in lines)
    return {
        "product_price": listed,
        "order_price": real + freight,
        "freight": freight,
        "discounted_price": discounted,
        "is_discounted": discounted > 0,
        "original_order_price": listed + freight,
        "estimate_product_price": estimated,
        "change_down_price": estimated - real,
        "change_freight": 0,
        "is_change_freight": False,
        "use_deduction": deduction > 0,
        "deduction_price": deduction,
        "merchant_receieve_price": listed + freight - discounted - deduction - (estimated - real),
        **{f"{kind}_discounted_price": amount for kind, amount in by_kind.items()},
    }


def _delivery_info(
    lines: Sequence[WeChatLine], times: _Times, status: int, receiver: Mapping[str, str]
) -> dict[str, Any]:
    sent = lines[:1] if status == _PARTLY_SHIPPED else lines
    parcel: dict[str, Any] = {
        "waybill_id": "",
        "delivery_id": "OTHER",
        "delivery_name": "",
        "delivery_time": times.shipped,
        "deliver_type": 1,
        "product_infos": [
            {"product_id": line.product_id, "sku_id": line.sku_id, "product_cnt": line.quantity}
            for line in sent
        ],
    }
    return {
        "deliver_method": 0,
        "address_info": _address_info(receiver),
        "address_under_review": False,
        "delivery_product_info": [parcel] if times.shipped else [],
        "ship_done_time": 0 if status == _PARTLY_SHIPPED else times.shipped,
    }


def _address_info(receiver: Mapping[str, str]) -> dict[str, Any]:
    checked_names(receiver, _ADDRESS, what="address_info")
    tel = _masked_tel(receiver.get("tel_number", ""))
    name = receiver.get("user_name", "")
    spelled = "\n".join(receiver.get(part, "") for part in _ADDRESS)
    return {
        **{part: receiver.get(part, "") for part in _ADDRESS},
        "user_name": name[:1] + "*" * (len(name) - 1),
        "tel_number": tel,
        "tel_number_ext_info": {
            "real_tel_number": tel,
            "virtual_tel_number": "",
            "virtual_tel_expire_time": 0,
            "get_virtual_tel_cnt": 0,
        },
        "use_tel_number": 1,
        "hash_code": blake2b(spelled.encode(), digest_size=16).hexdigest() if receiver else "",
    }


def _masked_tel(tel: str) -> str:
    return f"{tel[:3]}****{tel[-4:]}" if len(tel) >= 11 else "*" * len(tel)


def _seconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ArgumentError(f"{at.isoformat()} has no zone; a time of an order is an aware datetime")
    return int(at.timestamp())
