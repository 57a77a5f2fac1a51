"""对账: what a shop should have got and paid against what its account says, by records or out of a store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from privdomain.calendar import Period
from privdomain.errors import ArgumentError
from privdomain.ingest._matching import Matching, latest
from privdomain.ingest.money_report import MoneyReport
from privdomain.models import AfterSale, CommissionOrder, Order, Settlement
from privdomain.money import Money
from privdomain.stores import SqlStore

__all__ = ["match_money", "reconcile_money"]


def match_money(
    *,
    orders: Iterable[Order],
    aftersales: Iterable[AfterSale],
    settlements: Iterable[Settlement],
    commissions: Iterable[CommissionOrder] = (),
    as_of: datetime,
    settlement_days: int,
    refund_days: int = 3,
    expected_fee: Callable[[Order], Money] | None = None,
) -> MoneyReport:
    """Match orders, refunds, fees and commissions with the movements of the account.

    An order's income is due ``settlement_days`` after it was completed, a refund ``refund_days`` after it succeeded, a
    commission once its alliance has settled it. What platforms and talents bear of a discount is a subsidy, and may be
    booked by itself or within the income. A platform that books income less refunds is understood (``NETTED``), and so
    is an order that was refunded in full before it was settled. A fee is matched with the order it names; pass
    ``expected_fee`` (zero or more) to have its amount checked too. Of `CommissionOrder` only rows that the shop pays
    (``EXPENSE``) count. A record that is handed over twice counts once, in its later copy.

    ```python
    from datetime import UTC, datetime, timedelta
    from privdomain import Money
    from privdomain.ingest import MoneyState, match_money
    from privdomain.models import Buyer, FlowDirection, Order, OrderLine, OrderStatus, Settlement, SettlementKind

    at = datetime(2026, 11, 1, tzinfo=UTC)
    line = OrderLine(
        line_id="1", product_id="p", sku_id="s", quantity=1, unit_price=Money.cny("20"), paid=Money.cny("18")
    )
    order = Order(
        platform="own", shop_id="mall", order_id="A1", status=OrderStatus.COMPLETED, created_at=at, updated_at=at,
        paid_at=at, completed_at=at, lines=(line,), freight=Money.cny("0"), total=Money.cny("18"),
        buyer=Buyer(buyer_id="b"),
    )
    income = Settlement(
        platform="own", shop_id="mall", settlement_id="f1", kind=SettlementKind.ORDER_INCOME, at=at,
        direction=FlowDirection.IN, amount=Money.cny("17"), order_id="A1",
    )
    report = match_money(
        orders=[order], aftersales=[], settlements=[income], as_of=at + timedelta(days=30), settlement_days=7
    )
    (finding,) = report.findings
    assert (finding.state, finding.gap) == (MoneyState.DIFFERS, Money.cny("-1"))
    ```

    Raises:
        ArgumentError: for a naive ``as_of`` or a number of days below zero.
    """
    if as_of.tzinfo is None:
        raise ArgumentError(f"as_of={as_of.isoformat()} has no zone; a moment is an aware datetime")
    for name, days in (("settlement_days", settlement_days), ("refund_days", refund_days)):
        if days < 0:
            raise ArgumentError(f"{name}={days}; expected zero or more")
    matching = Matching(
        orders=latest(orders, lambda order: (order.platform, order.shop_id, order.order_id)),
        as_of=as_of,
        settlement_days=timedelta(days=settlement_days),
        refund_days=timedelta(days=refund_days),
        expected_fee=expected_fee,
    )
    matching.take_cases(latest(aftersales, lambda case: (case.platform, case.shop_id, case.aftersale_id)))
    matching.take_movements(latest(settlements, lambda one: (one.platform, one.shop_id, one.settlement_id)))
    matching.take_commissions(
        latest(commissions, lambda row: (row.alliance, row.row_id, row.role, row.direction.value))
    )
    return MoneyReport(as_of=as_of, entries=tuple(matching.entries()))


def reconcile_money(
    store: SqlStore,
    *,
    period: Period,
    as_of: datetime,
    settlement_days: int,
    refund_days: int = 3,
    platform: str | None = None,
    shop_id: str | None = None,
    commissions: Iterable[CommissionOrder] = (),
    expected_fee: Callable[[Order], Money] | None = None,
) -> MoneyReport:
    """`match_money` over what the store holds of a period.

    Taken are the orders paid in the period, and those whose cases changed or whose movements were booked in it: each
    with all of its cases, and with all of its movements until ``as_of``, so that no order is cut in two at the period's
    edge. Movements of the period that name no order are taken too. Pull orders, after-sale cases and settlements
    before; what was not pulled shows up as missing.

    Raises:
        ArgumentError: for a naive ``as_of`` or a number of days below zero.
    """
    only: dict[str, Any] = {"platform": platform, "shop_id": shop_id}
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for order in store.orders(paid=period, **only):
        wanted[order.platform, order.shop_id].add(order.order_id)
    for case in store.aftersales(updated=period, **only):
        wanted[case.platform, case.shop_id].add(case.order_id)
    movements = [one for one in store.settlements(booked=period, **only) if one.at <= as_of]
    nameless: dict[tuple[str, str], set[str]] = defaultdict(set)
    for movement in movements:
        shop = (movement.platform, movement.shop_id)
        if movement.order_id:
            wanted[shop].add(movement.order_id)
        elif movement.aftersale_id:
            nameless[shop].add(movement.aftersale_id)
    for shop, ids in nameless.items():
        cases = store.aftersales_named(ids, platform=shop[0], shop_id=shop[1])
        wanted[shop] |= {case.order_id for case in cases}
    orders: list[Order] = []
    aftersales: list[AfterSale] = []
    for (on, of_shop), ids in wanted.items():
        where = {"platform": on, "shop_id": of_shop}
        orders += store.orders_of(ids, **where)
        aftersales += store.aftersales_of(ids, **where)
        movements += [one for one in store.settlements_of(ids, **where) if one.at <= as_of]
    taken = {order_id for ids in wanted.values() for order_id in ids}
    return match_money(
        orders=orders,
        aftersales=aftersales,
        settlements=movements,
        commissions=(row for row in commissions if row.order_id in taken),
        as_of=as_of,
        settlement_days=settlement_days,
        refund_days=refund_days,
        expected_fee=expected_fee,
    )
