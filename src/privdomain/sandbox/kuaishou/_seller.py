"""One seller of the emulated 快手小店: orders, cases, items and buyers' data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from privdomain.sandbox.kuaishou._buyers import ADDRESS, NAME, PHONE, BuyerData, invented
from privdomain.sandbox.kuaishou._items import ItemShelf
from privdomain.sandbox.kuaishou._orders import OrderDesk
from privdomain.sandbox.kuaishou._refunds import RefundDesk
from privdomain.sandbox.sales import SoldOrder

__all__ = ["KuaishouSeller"]


class KuaishouSeller:
    """What one seller has, and what has been done to it. Made by `EmulatedKuaishou.seller`."""

    def __init__(
        self,
        seller_id: str,
        *,
        now: Callable[[], int],
        tell: Callable[[str, str, str, Mapping[str, Any]], None],
        decrypt_budget: int,
        first_case: int,
    ) -> None:
        self.seller_id = seller_id
        self._tell = tell
        self._effects = Counter[tuple[str, str]]()
        self._buyers = BuyerData(seller_id=seller_id, budget=decrypt_budget)
        self.orders = OrderDesk(buyers=self._buyers, now=now, effects=self._effects)
        self.refunds = RefundDesk(orders=self.orders, now=now, effects=self._effects, first=first_case)
        self.items = ItemShelf(now=now, effects=self._effects)

    def __repr__(self) -> str:
        return f"KuaishouSeller({self.seller_id!r}, orders={len(self.orders.book)})"

    @property
    def effects(self) -> Mapping[tuple[str, str], int]:
        """How often each write was carried out: ``("ship", order)``, ``("stock", "item/sku")`` and so on."""
        return dict(self._effects)

    @property
    def decrypted(self) -> int:
        """How many orders have been decrypted today."""
        return self._buyers.spent()

    def sell(self, order: SoldOrder) -> None:
        """Add an order, or let it have changed, and tell it.

        One order is one SKU here, and no document joins several into one: an order with another number of lines than
        one is refused with an `ArgumentError`, as is an id that is no number.
        """
        new = self.orders.sell(order)
        event = "kwaishop_order_addOrder" if new else "kwaishop_order_updateOrder"
        self._tell(self.seller_id, event, order.order_id, {"oid": int(order.order_id)})

    def put_order(self, row: Mapping[str, Any]) -> None:
        """An order in the platform's own form, exactly as it is given."""
        self.orders.put(json.loads(json.dumps(row)))

    def update_order(self, order_id: str, **blocks: Any) -> None:
        """Change members of blocks: ``update_order("1", orderBaseInfo={"riskCode": 10001})``; updated now."""
        self.orders.change(order_id, blocks)
        self._tell(self.seller_id, "kwaishop_order_updateOrder", order_id, {"oid": int(order_id)})

    def hold_order(self, order_id: str, *, reason: int = 1) -> None:
        """Let an order have to wait (1 拼团中, 2 支付后风控): it loses its address."""
        self.orders.change(
            order_id,
            {
                "orderBaseInfo": {"disableDeliveryReasonCode": [reason], "validPromiseShipmentTimeStamp": 0},
                "orderAddress": dict.fromkeys(self.orders.row(order_id)["orderAddress"], None),
            },
        )

    def order(self, order_id: str) -> Mapping[str, Any]:
        """The order as it is served."""
        return self.orders.row(order_id)

    def receiver(self, order_id: str) -> Mapping[str, str]:
        """Who gets an order, in clear: ``name``, ``phone``, ``address``."""
        told = invented(self.orders.row(order_id)["orderBaseInfo"]["buyerOpenId"])
        return {"name": told[NAME], "phone": told[PHONE], "address": told[ADDRESS]}

    def open_aftersale(self, order_id: str, *, amount: int | None = None, handling_way: int = 10) -> str:
        """The buyer opens a case (10 仅退款, 1 退货退款, 3 换货), by default for all that was paid; its id."""
        refund_id = self.refunds.open(order_id, amount=amount, handling_way=handling_way)
        self._tell(self.seller_id, "kwaishop_refund_addRefund", refund_id, {"refundId": int(refund_id)})
        return refund_id

    def change_aftersale(self, refund_id: str, **changes: Any) -> None:
        """The case moves on: ``change_aftersale("1", status=40)`` is a buyer who has sent the goods."""
        self.refunds.change(refund_id, changes)
        self._tell(self.seller_id, "kwaishop_refund_updateRefund", refund_id, {"refundId": int(refund_id)})

    def aftersale(self, refund_id: str) -> Mapping[str, Any]:
        """The case as it is served."""
        return self.refunds.row(refund_id)

    def put_item(
        self,
        item_id: str,
        *,
        skus: Mapping[str, tuple[int, int]],
        title: str = "",
        on_shelf: bool = True,
        audit: int = 2,
    ) -> None:
        """Add an item: ``skus`` are price in fen and stock by SKU id."""
        self.items.put(item_id, title=title, skus=skus, on_shelf=on_shelf, audit=audit)

    def stock(self, item_id: str, *, sku_id: str) -> int:
        """Units of a SKU, now."""
        return self.items.stock(item_id, sku_id)
