"""The four shops behind their sandboxes, each authorized, for what has to be the same on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from privdomain.calendar import ManualClock
from privdomain.platforms import MemoryTokenStore
from privdomain.platforms.douyin import AsyncDouyinShop, DouyinShop
from privdomain.platforms.kuaishou import AsyncKuaishouShop, KuaishouShop
from privdomain.platforms.wechat_shop import AsyncWeChatShop, WeChatShop
from privdomain.platforms.xiaohongshu import AsyncXiaohongshuShop, XiaohongshuShop
from privdomain.sandbox import EmulatedWeChatShop, Sandbox, SoldLine, SoldOrder
from privdomain.sandbox.douyin import DEFAULT_SHOP_ID, EmulatedDouyin
from privdomain.sandbox.kuaishou import EmulatedKuaishou
from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu

PLATFORMS = ("wechat_shop", "douyin", "kuaishou", "xiaohongshu")
START = datetime(2026, 11, 11, tzinfo=UTC)
CLIENTS: dict[str, tuple[type, type]] = {
    "wechat_shop": (WeChatShop, AsyncWeChatShop),
    "douyin": (DouyinShop, AsyncDouyinShop),
    "kuaishou": (KuaishouShop, AsyncKuaishouShop),
    "xiaohongshu": (XiaohongshuShop, AsyncXiaohongshuShop),
}
SECRETS = {"app_secret": "s3cret-of-app", "sign_secret": "s3cret-of-signs"}
ACCEPTED = ("products", "product", "stock", "settlements", "set_stock", "agree_refund", "agree_return")
ACCEPTED = (*ACCEPTED, "refuse_aftersale", "confirm_return")


def sold(number: int, **changes: Any) -> SoldOrder:
    """An order of one line, sold ``number`` minutes after the start."""
    at = START + timedelta(minutes=number)
    line = SoldLine(product_id="100", sku_id="1001", quantity=2, unit_price=1000, paid=1800)
    usual: dict[str, Any] = {
        "order_id": str(3_700_000_000_000_000_000 + number), "buyer_id": f"b{number}", "created": at,
        "updated": at, "lines": (line,), "freight": 300,
    }  # fmt: skip
    return SoldOrder(**usual | changes)


def account(platform: str) -> dict[str, Any]:
    """What a client of the platform is made with, as far as it differs."""
    usual = {"app_secret": SECRETS["app_secret"]}
    match platform:
        case "wechat_shop":
            return {"app_id": "wx1", **usual}
        case "douyin":
            return {"app_key": "3409", "shop_id": "4463798", **usual}
        case "kuaishou":
            return {"app_key": "ks1", "shop_id": "4100001", **SECRETS}
        case _:
            return {"app_id": "a1", "shop_id": "seller-1", **usual}


@contextmanager
def running(platform: str, *, clock: ManualClock, **options: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The emulated platform, a blocking client of it that is authorized, and what further clients are made with."""
    emulated: Any
    match platform:
        case "wechat_shop":
            emulated = EmulatedWeChatShop(clock=clock.now)
            made = {"app_id": emulated.app_id, "app_secret": emulated.app_secret}
        case "douyin":
            emulated = EmulatedDouyin(clock=clock.now)
            made = {"app_key": emulated.app_key, "app_secret": emulated.app_secret}
            made["shop_id"] = DEFAULT_SHOP_ID
        case "kuaishou":
            emulated = EmulatedKuaishou(clock=clock.now)
            made = {"app_key": emulated.app_key, "app_secret": emulated.app_secret}
            made |= {"sign_secret": emulated.sign_secret, "shop_id": emulated.shop_id}
        case _:
            emulated = EmulatedXiaohongshu(clock=clock.now)
            made = {"app_id": emulated.app_id, "app_secret": emulated.app_secret, "shop_id": emulated.shop_id}
    with ExitStack() as stack:
        box = stack.enter_context(Sandbox(platforms=[emulated]))
        further: dict[str, Any] = {
            **made, "base_url": box.url(platform), "token_store": MemoryTokenStore(), "clock": clock,
            "accept_unconfirmed": ACCEPTED, **options,
        }  # fmt: skip
        shop = stack.enter_context(CLIENTS[platform][0](**further))
        if platform in {"kuaishou", "xiaohongshu"}:
            shop.authorize(emulated.consent())
        yield emulated, shop, further


def open_case(platform: str, emulated: Any, order_id: str, *, line_id: str) -> str:
    """The buyer asks for the 18.00 of the line, without a return."""
    if platform == "douyin":
        emulated.open_aftersale("9001", order_id=order_id, line_id=line_id, amount=1800)
        return "9001"
    if platform == "xiaohongshu":
        return str(emulated.open_aftersale(order_id, refund=18.0, quantity=2))
    return str(emulated.open_aftersale(order_id, amount=1800))
