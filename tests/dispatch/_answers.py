"""Writes whose answer is lost: a rig per platform, so that one test judges them all.

A rig is an emulated platform, a shop that talks to it, what is to be done there, and how often each of it has really
happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from attrs import frozen

from privdomain.dispatch import (
    Outbox,
    agree_refund_intention,
    dispatch,
    reconcile_unknown,
    set_stock_intention,
    ship_intention,
)
from privdomain.models import Intention, Parcel
from privdomain.platforms import ShopClient
from privdomain.sandbox import Fault, Faults, Platform, Sandbox
from privdomain.stores import OutboxState
from tests.dispatch._depot import Depot, depot_shop
from tests.dispatch._shop_rigs import DouyinRig, KuaishouRig, WeChatRig, XiaohongshuRig


class Rig(Protocol):
    """One platform under test."""

    platform: Platform
    write_paths: Sequence[str]
    """Where the writes go whose answers are lost."""
    delta_stock: bool
    """Whether its stock takes differences only: then a lost one stays unknown."""

    def shop(self, url: str) -> ShopClient:
        """A client of it."""

    def wishes(self, count: int) -> list[Intention]:
        """So many things to do, each about another order, case or SKU."""

    def effects(self, wish: Intention) -> int:
        """How often it has happened at the platform."""


@frozen
class DepotRig:
    platform: Depot
    write_paths: tuple[str, ...] = ("/ship", "/refund/agree", "/stock/set")

    @property
    def delta_stock(self) -> bool:
        return self.platform.name == "kuaishou"

    def shop(self, url: str) -> ShopClient:
        return depot_shop(url, self.platform.name)

    def wishes(self, count: int) -> list[Intention]:
        target = f"{self.platform.name}:s1"
        return [self._wish(number, target) for number in range(count)]

    def _wish(self, number: int, target: str) -> Intention:
        match number % 3:
            case 0:
                parcel = Parcel(carrier="sf", waybill_id=f"W{number}")
                return ship_intention(f"o{number}", parcels=[parcel], target=target)
            case 1:
                return agree_refund_intention(f"r{number}", target=target)
            case _:
                return set_stock_intention(
                    f"p{number}", sku_id="k", quantity=number, target=target, key=f"count:{number}"
                )

    def effects(self, wish: Intention) -> int:
        payload: Any = wish.payload
        match wish.kind:
            case "shop.ship/1":
                return len(self.platform.parcels.get(payload["order_id"], []))
            case "shop.agree_refund/1":
                return self.platform.refunds[payload["aftersale_id"]]
            case _:
                one = f"{payload['product_id']}/{payload['sku_id']}"
                stock = self.platform.stock.get(one, 0)
                # an overwrite that is sent twice is one effect; a difference sent twice is twice the number
                return stock // payload["quantity"] if stock % payload["quantity"] == 0 else -1


RIGS: dict[str, Callable[[], Rig]] = {
    "overwrites": lambda: DepotRig(Depot("depot")),
    "differences": lambda: DepotRig(Depot("kuaishou"), ("/ship", "/refund/agree", "/stock/add")),
    "wechat_shop": WeChatRig,
    "douyin": DouyinRig,
    "kuaishou": KuaishouRig,
    "xiaohongshu": XiaohongshuRig,
}
"""The rigs by name: a depot of either kind, and the four emulated shops."""


def lose_answers(rig: Rig, outbox: Outbox, count: int, *, advance: Callable[[], object]) -> dict[str, int]:
    """The whole run: a fifth of the writes act and get no answer; afterwards every row must tell the truth."""
    lost = [Fault("reset", when="after", path=path, rate=0.2) for path in rig.write_paths]
    name = rig.platform.name
    wishes = rig.wishes(count)
    outbox.put(*wishes)
    with (
        Sandbox(platforms=[rig.platform], faults=Faults(lost, seed=7)) as box,
        rig.shop(box.url(name)) as shop,
    ):
        first = dispatch(outbox, [shop])
        unknown = first.unknown + first.postponed
        told_unknown = {
            row.intention.key for row in outbox.rows(limit=count) if row.state is OutboxState.UNKNOWN
        }
        for row in outbox.rows(limit=count):
            if row.state is OutboxState.DONE:
                assert rig.effects(row.intention) == 1, row
        for _ in range(12):
            advance()
            reconcile_unknown(outbox, [shop])
            dispatch(outbox, [shop])
        lost_answers = sum(record.fault == "reset:after" for record in box.requests)
    left: list[str] = []
    for wish in wishes:
        row = outbox.get(wish.key, target=wish.target)
        assert row is not None
        assert rig.effects(wish) == 1, (wish.kind, wish.key, rig.effects(wish), row.state)
        if row.state is OutboxState.UNKNOWN:
            assert rig.delta_stock, "only a difference of stock cannot be asked about"
            assert wish.kind == "shop.set_stock/1"
            left.append(wish.key)
        else:
            assert row.state is OutboxState.DONE, row
    listed = [row.intention.key for row in outbox.rows(state=OutboxState.UNKNOWN, limit=count)]
    assert sorted(listed) == sorted(left), "what nobody knows is listed for a person"
    return {
        "first_unknown": unknown,
        "told_unknown": len(told_unknown),
        "left": len(left),
        "lost": lost_answers,
    }
