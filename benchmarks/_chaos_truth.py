"""What really happened, for the chaos run: real invoices, re-dated into the last 90 days, on four platforms.

Online Retail II (UCI, CC BY 4.0). An invoice has twenty lines on the average; it is cut into orders of one to four
lines, as many orders as are asked for, so that lines, prices and repetitions are real and the count is free. 快手 has
one line an order. Amounts are pence taken as fen. Every third order changes later: shipped, completed or closed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from attrs import evolve, frozen

from examples.main_job.retail import load
from privdomain.sandbox import SoldLine, SoldOrder, SoldStatus

PLATFORMS = ("wechat_shop", "douyin", "kuaishou", "xiaohongshu")
DAYS = 89
"""Two of the platforms list 90 days back; a day is left for the run itself."""


@frozen(kw_only=True)
class Sale:
    """One order on one platform, and the states it takes on during the run."""

    platform: str
    order: SoldOrder
    later: tuple[SoldStatus, ...]


def sales(count: int, *, now: datetime, seed: int) -> Iterator[Sale]:
    """``count`` orders, a quarter on each platform."""
    chance = random.Random(seed)
    lines = (
        load()
        .lines.sort("order_id", "line_id")
        .select(
            "order_id",
            "retailer_customer",
            "product_id",
            "title",
            "quantity",
            "unit_price_minor",
            "paid_minor",
        )
    )
    begin = now - timedelta(days=DAYS)
    span = timedelta(days=DAYS) - timedelta(hours=2)
    made = 0
    while made < count:
        for _, rows in groupby(lines.iter_rows(), key=itemgetter(0)):
            invoice = list(rows)
            while invoice and made < count:
                platform = PLATFORMS[made % len(PLATFORMS)]
                size = 1 if platform == "kuaishou" else chance.choice((1, 1, 2, 3, 4))
                taken, invoice = invoice[:size], invoice[size:]
                created = (begin + span * chance.random()).replace(microsecond=0)
                yield _sale(platform, made, taken, created, chance)
                made += 1
            if made >= count:
                return


def _sale(platform: str, number: int, rows: list[tuple], created: datetime, chance: random.Random) -> Sale:
    lines = []
    for _, _, product, title, quantity, price, paid in rows:
        # a rounded unit price times the quantity can fall short of the line's total by some fen
        unit = max(price, -(-paid // quantity))
        identity = str(10**9 + int.from_bytes(product.encode(), "big") % 10**9)
        lines.append(
            SoldLine(
                product_id=identity,
                sku_id=f"{identity}1",
                quantity=quantity,
                unit_price=unit,
                paid=paid,
                title=title,
            )
        )
    statuses = (SoldStatus.PAID, SoldStatus.SHIPPED, SoldStatus.COMPLETED)
    order = SoldOrder(
        order_id=str(37 * 10**17 + number),
        buyer_id=f"b{rows[0][1]}",
        created=created,
        updated=created + timedelta(seconds=chance.randrange(3600)),
        status=chance.choice(statuses),
        lines=tuple(_distinct(lines)),
        freight=chance.choice((0, 0, 500, 800)),
    )
    later = () if number % 3 else _later(order.status, chance)
    return Sale(platform=platform, order=order, later=later)


def _distinct(lines: list[SoldLine]) -> Iterator[SoldLine]:
    """One line per SKU: an invoice may name a product twice, an order of the platforms does not."""
    seen: dict[str, SoldLine] = {}
    for line in lines:
        before = seen.get(line.sku_id)
        if before is None:
            seen[line.sku_id] = line
            continue
        quantity, paid = before.quantity + line.quantity, before.paid + line.paid
        seen[line.sku_id] = evolve(
            before,
            quantity=quantity,
            paid=paid,
            unit_price=max(before.unit_price, line.unit_price, -(-paid // quantity)),
        )
    yield from seen.values()


def _later(status: SoldStatus, chance: random.Random) -> tuple[SoldStatus, ...]:
    if status is SoldStatus.PAID:
        return chance.choice(
            ((SoldStatus.SHIPPED,), (SoldStatus.SHIPPED, SoldStatus.COMPLETED), (SoldStatus.CLOSED,))
        )
    if status is SoldStatus.SHIPPED:
        return (SoldStatus.COMPLETED,)
    return ()
