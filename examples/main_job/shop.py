"""The retailer's last invoices as a WeChat store on localhost: pounds and pence are served as yuan and fen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from privdomain.sandbox import EmulatedWeChatShop, Faults, Quota, Sandbox, wechat_line, wechat_order

ORDER_PATH = "/channels/ec/order/get"
CALLS_PER_MINUTE = 60_000
# one call in forty goes wrong: an HTTP 5xx, a time-out, a broken connection, or the platform's own "system busy"
FAULTS = "server_error=0.01, timeout=0.005, reset=0.005, code:-1=0.005"


def payloads(lines: pl.DataFrame, keys: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """One WeChat order per invoice, as ``order/get`` answers it: paid when it was created, status 20 (to ship)."""
    columns = ["product_id", "title", "quantity", "unit_price_minor", "paid_minor"]
    invoices = (
        lines.join(keys, on="retailer_customer", how="left", maintain_order="left")
        .group_by("order_id", "openid", "unionid", "created_at", maintain_order=True)
        .agg(pl.struct(columns).alias("lines"))
    )
    for order_id, openid, unionid, created, bought in invoices.iter_rows():
        yield wechat_order(
            order_id,
            openid=openid,
            unionid=unionid,
            created=created,
            status=20,
            lines=[
                wechat_line(
                    product_id=line["product_id"],
                    sku_id=line["product_id"],
                    title=line["title"],
                    quantity=line["quantity"],
                    sale_price=line["unit_price_minor"],
                    real_price=line["paid_minor"],
                )
                for line in bought
            ],
        )


def open_shop(orders: Iterator[dict[str, Any]], *, at: datetime, seed: int) -> Sandbox:
    """A store with these orders, whose clock starts at ``at`` and whose faults are drawn from the seed."""
    started = time.monotonic()
    store = EmulatedWeChatShop(
        orders=orders,
        clock=lambda: at + timedelta(seconds=time.monotonic() - started),
        quotas={ORDER_PATH: Quota(per_minute=CALLS_PER_MINUTE)},
    )
    return Sandbox(platforms=[store], faults=Faults.parse(FAULTS, seed=seed), keep_requests=0)
