"""Which events a change of an order or a case is told by. wechat.md §14."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from privdomain.sandbox.wechat_shop._aftersales import AfterSaleDesk
from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._orders import OrderBook
from privdomain.sandbox.wechat_shop._pushes import PushDesk

__all__ = ["Notices"]

_Answer = Callable[[Fields], dict[str, Any]]
_PAID, _PARTLY, _SHIPPED, _COMPLETED, _RETURNED, _CANCELED = 20, 21, 30, 100, 200, 250
_COMPUTED = {"type": 1}


class Notices:
    """Tells what has changed while something was done, after it was done: no lock is held while somebody listens."""

    def __init__(self, pushes: PushDesk, *, orders: OrderBook, cases: AfterSaleDesk) -> None:
        self._pushes, self._orders, self._cases = pushes, orders, cases

    @contextmanager
    def of_order(self, order_id: str) -> Generator[None]:
        """Tell of an order what the block changes about it; nothing where it fails."""
        if self._pushes.on_push is None:
            yield
            return
        before = self._orders.find(order_id)
        yield
        after = self._orders.find(order_id)
        if after is None or after is before:
            return
        if before is None:
            self._pushes.order("channels_ec_order_new", order_id)
        for name, more in _events(before, after):
            self._pushes.order(name, order_id, **more)

    def case(self, aftersale_id: str) -> None:
        """Tell how a case stands."""
        if self._pushes.on_push is not None:
            told = self._cases.payload(aftersale_id)
            self._pushes.aftersale(aftersale_id, order_id=str(told["order_id"]), status=told["status"])

    def after_order(self, answer: _Answer) -> _Answer:
        """An endpoint that changes an order, and what is told then."""

        def answered(fields: Fields) -> dict[str, Any]:
            with self.of_order(fields.text("order_id")):
                return answer(fields)

        return answered

    def after_case(self, answer: _Answer) -> _Answer:
        """An endpoint that changes a case and, by a refund, its order."""

        def answered(fields: Fields) -> dict[str, Any]:
            told = answer(fields)
            self.case(fields.text("after_sale_order_id"))
            return told

        return answered


def _events(
    before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    old, new = (before or {}).get("status"), after["status"]
    moment = after["update_time"]
    if before is None and new not in {_PAID, _PARTLY, _SHIPPED, _COMPLETED, _RETURNED, _CANCELED}:
        return
    if old == new and new != _PARTLY:
        # nothing of the platform's says "changed" but this one
        yield "channels_ec_order_ext_info_update", _COMPUTED
    elif new == _PAID:
        yield "channels_ec_order_pay", {"pay_time": moment}
    elif new in {_PARTLY, _SHIPPED}:
        yield "channels_ec_order_deliver", {"finish_delivery": int(new == _SHIPPED)}
    elif new == _COMPLETED:
        yield "channels_ec_order_confirm", {"confirm_type": 1}
    elif new in {_RETURNED, _CANCELED}:
        yield "channels_ec_order_cancel", {"cancel_type": 1}
