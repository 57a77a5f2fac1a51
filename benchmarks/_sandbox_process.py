"""A sandbox in a process of its own, for benchmarks: ``python -m benchmarks._sandbox_process {json}``.

Prints one JSON line with the addresses and serves until its standard input ends. What is sold is generated, with a
seed: one to three lines an order, an order a minute.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta

from privdomain.sandbox import (
    EmulatedWeChatShop,
    Sandbox,
    SoldLine,
    SoldOrder,
    SoldStatus,
    wechat_line,
    wechat_order,
)
from privdomain.sandbox.douyin import DEFAULT_SHOP_ID, EmulatedDouyin

START = datetime(2026, 11, 1, tzinfo=UTC)
SEED = 20_261_124


def sold(count: int) -> list[SoldOrder]:
    """``count`` orders, one a minute."""
    chance = random.Random(SEED)
    made = []
    for number in range(count):
        at = START + timedelta(minutes=number)
        lines = [
            SoldLine(
                product_id=str(10**13 + place), sku_id=str(2 * 10**13 + place), quantity=1 + number % 3, unit_price=1290,
                paid=1290 * (1 + number % 3) - 100, title=f"桂花乌龙茶 {place} 号 250g 礼盒装",
            )
            for place in chance.sample(range(500), 1 + number % 3)
        ]  # fmt: skip
        made.append(
            SoldOrder(
                order_id=str(37 * 10**17 + number), buyer_id=f"oB{number % 997:026}", created=at, updated=at,
                status=SoldStatus.PAID, lines=lines, freight=800,
            )
        )  # fmt: skip
    return made


def _wechat(orders: list[SoldOrder]) -> EmulatedWeChatShop:
    shop = EmulatedWeChatShop()
    for order in orders:
        lines = [
            wechat_line(
                product_id=line.product_id, sku_id=line.sku_id, quantity=line.quantity, sale_price=line.unit_price,
                real_price=line.paid, title=line.title,
            )
            for line in order.lines
        ]  # fmt: skip
        shop.put_order(
            wechat_order(
                order.order_id,
                openid=order.buyer_id,
                created=order.created,
                lines=lines,
                freight=order.freight,
            )
        )
    return shop


def _douyin(orders: list[SoldOrder]) -> EmulatedDouyin:
    # the same moment for everybody, so that a listing of 90 days holds the orders whenever this is run
    now = START + timedelta(minutes=len(orders), days=1)
    shop = EmulatedDouyin(clock=lambda: now)
    for order in orders:
        shop.sell(order)
    return shop


def main() -> None:
    options = json.loads(sys.argv[1])
    orders = sold(options["orders"])
    douyin = _douyin(orders)
    with Sandbox(platforms=[_wechat(orders), douyin], keep_requests=0) as box:
        shop = box.wechat_shop
        reached = {
            "url": box.url("wechat_shop"), "app_id": shop.app_id, "app_secret": shop.app_secret,
            "douyin": {
                "url": box.url("douyin"), "app_key": douyin.app_key, "app_secret": douyin.app_secret,
                "shop_id": DEFAULT_SHOP_ID, "now": int(douyin.now().timestamp()),
            },
        }  # fmt: skip
        print(json.dumps(reached), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
