"""Many writes while a fifth of all calls fails in mixed ways: each has exactly one effect, and is told apart.

Whoever calls does what an outbox does: what is `Unverified`, or failed for the moment, is asked for again later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from privdomain.errors import PlatformUnavailable, ProtocolViolation, RateLimited, Unverified
from privdomain.models import AfterSaleStatus, OrderStatus, Parcel
from privdomain.platforms.wechat_shop import WeChatShop
from privdomain.sandbox import EmulatedWeChatShop, Faults, Sandbox
from tests.platforms.wechat_shop._box import TEA, Hand, client_of, sale

PLAN = (
    "server_error=0.06, timeout=0.03, reset=0.06, truncated=0.02, wrong_json=0.02, code:-1=0.01, code:100003=0.01,"
    " revoked_token=0.01"
)


def _until_done(act: Callable[[], None]) -> int:
    """Ask until it is done; how often nobody knew whether it was."""
    unknown = 0
    for _ in range(50):
        try:
            act()
        except Unverified:
            unknown += 1
        except (PlatformUnavailable, ProtocolViolation, RateLimited):
            continue
        else:
            return unknown
    raise AssertionError("not done after fifty times")


def _run(count: int, seed: int) -> Counter[str]:
    hand = Hand()
    platform = EmulatedWeChatShop(clock=hand)
    ids = [str(3_705_115_058_471_200_000 + n) for n in range(count)]
    for n, order_id in enumerate(ids):
        platform.sell(sale(order_id, buyer_id=f"o{n % 7}"))
    cases = {order_id: platform.open_aftersale(order_id, count=1) for order_id in ids[::2]}
    unknown: Counter[str] = Counter()
    with (
        Sandbox(platforms=[platform], faults=Faults.parse(PLAN, seed=seed)) as box,
        client_of(box, hand) as shop,
    ):
        for order_id in ids:
            unknown["ship"] += _until_done(lambda order_id=order_id: _ship(shop, order_id))
        for case in cases.values():
            unknown["refund"] += _until_done(lambda case=case: shop.agree_refund(case))
        _until_done(lambda: shop.set_stock(TEA, sku_id="20000000000000001", quantity=count))
        wrong = [order_id for order_id in ids if len(platform.shipments(order_id)) != 1]
        paid = {order_id: platform.refunds(case) for order_id, case in cases.items()}
        stock = platform.stock_changes(TEA, "20000000000000001")
    assert wrong == []
    assert set(paid.values()) == {1}
    assert sum(flow["amount"] for flow in platform.flows()) == 1800 * len(cases)
    assert stock[-1].after == count
    with Sandbox(platforms=[platform]) as calm, client_of(calm, hand) as shop:
        assert {shop.order(order_id).status for order_id in ids[:20]} == {OrderStatus.SHIPPED}
        assert {shop.aftersale(case).status for case in list(cases.values())[:20]} == {
            AfterSaleStatus.COMPLETED
        }
    return unknown


def _ship(shop: WeChatShop, order_id: str) -> None:
    shop.ship(order_id, parcels=[Parcel(carrier="sf", waybill_id=f"SF{order_id}")])


@pytest.mark.parametrize("seed", [1, 2])
def test_every_write_happens_once(seed: int) -> None:
    """And some were in doubt on the way, or the test would prove nothing."""

    assert min(_run(60, seed).values()) > 0


@pytest.mark.slow
def test_every_one_of_very_many_writes_happens_once() -> None:
    """A thousand and five hundred of them."""

    assert min(_run(1000, 3).values()) > 20
