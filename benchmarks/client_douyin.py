"""Our side of the race on 抖店 that `client` reports: 100 signed pages of 10 whole orders, as `Order` records."""

from __future__ import annotations

from datetime import UTC, datetime

VERSIONS = ("httpx", "pydantic")
PAGE = 10


def prepare(params):
    from privdomain.calendar import FixedClock, Period
    from privdomain.platforms.douyin import DouyinShop

    period = Period(*(datetime.fromtimestamp(params[end], UTC) for end in ("start", "end")))
    shop = DouyinShop(
        app_key=params["app_key"], app_secret=params["app_secret"], shop_id=params["shop_id"],
        base_url=params["url"], clock=FixedClock(datetime.fromtimestamp(params["now"], UTC)),
    )  # fmt: skip

    def work():
        orders = list(shop.orders(created=period, page_size=PAGE))
        return [len(orders), sum(order.total.minor for order in orders)]

    return work
