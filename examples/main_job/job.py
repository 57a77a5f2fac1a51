"""The main job itself: pull, join, traits, RFM, tags, overview. Everything a shop of one's own would run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
from attrs import frozen

from privdomain.customers.segmentation import RFM
from privdomain.customers.tagging import Tagger, TagRule
from privdomain.customers.traits import (
    ORDER_KEY,
    Distinct,
    NaturalDays,
    Sum,
    TraitSet,
    TypicalGap,
    rfm_definitions,
)
from privdomain.ingest import PullReport, pull_orders
from privdomain.insights.overview import CustomerOverview, summarize_customers
from privdomain.platforms import RateLimit, Retry
from privdomain.platforms.wechat_shop import WeChatShop
from privdomain.sandbox import Sandbox
from privdomain.stores import SqlStore

TRAITS = TraitSet(
    {
        **rfm_definitions(),
        "orders_90d": Distinct(ORDER_KEY, window=NaturalDays(90)),
        "spend_365d_minor": Sum("paid_minor", window=NaturalDays(365)),
        "products": Distinct("product_id"),
        "typical_gap_days": TypicalGap(),
    }
)

TAGS = (
    TagRule("高价值", "spend_365d_minor >= 200000"),
    TagRule("近期活跃", "days_since_last_order <= 30"),
    TagRule("新客", "orders == 1 and days_since_last_order <= 90"),
    TagRule("高频复购", "orders_90d >= 4"),
    TagRule("尝鲜型", "products >= 100"),
    TagRule("沉睡高价值", 'value_class in ["重要保持客户", "重要挽留客户"]'),
)


@frozen
class Outcome:
    """The result tables, one row per customer or per tag, and the page's figures."""

    profiles: pl.DataFrame
    tags: pl.DataFrame
    overview: CustomerOverview


def pull(
    box: Sandbox,
    store: SqlStore,
    *,
    since: datetime,
    at: datetime,
    seed: int,
    progress: Callable[[PullReport], None] | None = None,
) -> PullReport:
    """The orders since a moment, through token, pages, rate limit and retries, into the store."""
    emulated = box.wechat_shop
    with WeChatShop(
        app_id=emulated.app_id,
        app_secret=emulated.app_secret,
        shop_id="retail",
        base_url=box.url("wechat_shop"),
        rate_limit=RateLimit(per_second=900, burst=100),
        retry=Retry(first_wait_s=0.02, longest_wait_s=1.0),
        random_state=seed,
    ) as shop:
        return pull_orders(shop, store, since=since, at=at, progress=progress)


def history(lines: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The lines from before the shop moved to WeChat, under the same keys as the pulled ones."""
    return lines.join(keys, on="retailer_customer", how="left").select(
        "platform",
        "shop_id",
        "order_id",
        "product_id",
        "paid_minor",
        "order_date",
        pl.col("created_at").alias("paid_at"),
        pl.lit("CNY").alias("currency"),
        pl.lit("completed").alias("status"),
        pl.col("openid").alias("customer_id"),
    )


def analyze(
    store: SqlStore, before: pl.DataFrame, *, as_of: datetime, notes: tuple[str, ...] = ()
) -> Outcome:
    """From lines to profiles, tags and the overview; one customer is one openid here, for there is one shop."""
    pulled = store.frame("order_lines", columns=[*(set(before.columns) - {"customer_id"}), "buyer_id"])
    lines = pl.concat([before, pulled.rename({"buyer_id": "customer_id"}).select(before.columns)])
    traits = TRAITS.compute(lines, as_of=as_of)
    profiles = RFM().fit(traits).score(traits).sort("customer_id")
    tags = Tagger(TAGS).tag(profiles, as_of=as_of)
    overview = summarize_customers(
        profiles, tags=tags, order_lines=lines, as_of=as_of, currency="CNY", win_back=20, notes=notes
    )
    return Outcome(profiles=profiles, tags=tags, overview=overview)
