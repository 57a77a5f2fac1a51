"""The shop's account: movements by time, and a cursor in two halves. douyin.md A8."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from privdomain.sandbox.douyin._fields import Fields
from privdomain.sandbox.douyin._words import Refusal

__all__ = ["Ledger"]

_FORMAT = "%Y-%m-%d %H:%M:%S"
_BEIJING = timezone(timedelta(hours=8))
_MOST = 1000


def _text(at: datetime) -> str:
    return at.astimezone(_BEIJING).strftime(_FORMAT)


def _moment(text: str, name: str) -> datetime:
    try:
        return datetime.strptime(text, _FORMAT).replace(tzinfo=_BEIJING).astimezone(UTC)
    except ValueError:
        raise Refusal("isv.parameter-invalid", name) from None


class Ledger:
    """Movements of one account, oldest first."""

    def __init__(self) -> None:
        self._items: list[tuple[str, str, Mapping[str, Any]]] = []

    def book(self, trade_no: str, *, at: datetime, amount: int, order_id: str, tag: int, **more: Any) -> None:
        """Book one movement: positive in, negative out."""
        item: dict[str, Any] = {
            "account_trade_no": trade_no,
            "bill_time": _text(at),
            "fund_flow": 0 if amount >= 0 else 1,
            "account_amount": abs(amount),
            "account_bill_desc": "订单结算" if tag == 3 else "其他",
            "account_bill_desc_tag": tag,
            "order_id": order_id,
            "shop_order_id": order_id,
            **more,
        }
        insort(self._items, (item["bill_time"], trade_no, item), key=lambda entry: entry[:2])

    def listed(self, fields: Fields) -> dict[str, Any]:
        """``order.getShopAccountItem``; both ends belong to the range."""
        size = fields.whole("size", default=100)
        if not 1 <= size <= _MOST:
            raise Refusal("isv.parameter-invalid", "size")
        since, until = fields.text("start_time"), fields.text("end_time")
        for name, text in (("start_time", since), ("end_time", until)):
            _moment(text, name)
        after = fields.text("start_index", default="")
        found = [
            item
            for booked, number, item in self._items
            if since <= booked <= until and (booked, number) > (since if after else "", after)
        ]
        page = found[:size]
        ended = len(found) <= size
        last = page[-1] if page else None
        return {
            "code": "100000",
            "code_msg": "success",
            "data": page,
            "data_size": len(page),
            "size": size,
            "is_end": 1 if ended else 0,
            "next_start_index": "" if ended or last is None else last["account_trade_no"],
            "next_start_time": "" if ended or last is None else last["bill_time"],
        }
