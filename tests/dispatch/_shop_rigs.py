"""The four emulated shops as rigs: what is to be done there, and how often each of it has really happened.

Every third wish ships an order, agrees to a refund or sets a stock, each about an order, a case or a SKU of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from privdomain.calendar import ManualClock
from privdomain.dispatch import agree_refund_intention, set_stock_intention, ship_intention
from privdomain.models import Intention, Parcel
from privdomain.platforms import MemoryTokenStore, Retry, ShopClient
from privdomain.platforms.douyin import DouyinShop
from privdomain.platforms.kuaishou import KuaishouShop
from privdomain.platforms.wechat_shop import WeChatShop
from privdomain.platforms.xiaohongshu import XiaohongshuShop
from privdomain.sandbox import EmulatedWeChatShop, SoldLine, SoldOrder
from privdomain.sandbox.douyin import EmulatedDouyin, douyin_product
from privdomain.sandbox.kuaishou import EmulatedKuaishou
from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu

__all__ = ["DouyinRig", "KuaishouRig", "WeChatRig", "XiaohongshuRig"]

AT = datetime(2026, 11, 11, 4, tzinfo=UTC)
_SOLD = AT - timedelta(hours=2)
_DOUYIN_SHOP = "4463798"


def _options() -> dict[str, Any]:
    """Clocks stand still at the platform and the shop, so that no token and no signature grows old."""
    return {
        "token_store": MemoryTokenStore(),
        "clock": ManualClock(AT),
        "random_state": 3,
        "retry": Retry(attempts=9),
    }


class _Rig:
    """What the four have in common: the sales, and the wishes about them."""

    delta_stock: ClassVar[bool] = False
    write_paths: ClassVar[Sequence[str]]
    platform: Any
    shop_id: str

    def sell(self, number: int) -> SoldOrder:
        line = SoldLine(
            product_id=self.product(number),
            sku_id=self.sku(number),
            quantity=1,
            unit_price=2000,
            paid=1800,
            title="龙井",
        )
        sale = SoldOrder(
            order_id=self.order_id(number),
            buyer_id=f"b{number % 7}",
            created=_SOLD,
            updated=_SOLD,
            lines=(line,),
        )
        self.platform.sell(sale)
        return sale

    def order_id(self, number: int) -> str:
        return str(3_705_115_058_471_200_000 + number)

    def product(self, number: int) -> str:
        return str(350_000 + number)

    def sku(self, number: int) -> str:
        return str(9_000_000 + number)

    def wishes(self, count: int) -> list[Intention]:
        return [self._wish(number) for number in range(count)]

    def _wish(self, number: int) -> Intention:
        target = f"{self.platform.name}:{self.shop_id}"
        match number % 3:
            case 0:
                sale = self.sell(number)
                parcel = Parcel(carrier="sf", waybill_id=f"SF{number:012d}")
                return ship_intention(sale.order_id, parcels=[parcel], target=target)
            case 1:
                return agree_refund_intention(self.open_case(self.sell(number), number), target=target)
            case _:
                self.put_sku(number)
                return set_stock_intention(
                    self.product(number),
                    sku_id=self.sku(number),
                    quantity=number,
                    target=target,
                    key=f"count:{number}",
                )

    def effects(self, wish: Intention) -> int:
        payload: Any = wish.payload
        match wish.kind:
            case "shop.ship/1":
                return self.shipped(payload["order_id"], payload["parcels"][0]["waybill_id"])
            case "shop.agree_refund/1":
                return self.refunded(payload["aftersale_id"])
            case _:
                return self.stocked(payload["product_id"], payload["sku_id"], payload["quantity"])

    # what each platform says in its own way

    def open_case(self, sale: SoldOrder, number: int) -> str:
        raise NotImplementedError

    def put_sku(self, number: int) -> None:
        raise NotImplementedError

    def shipped(self, order_id: str, waybill: str) -> int:
        raise NotImplementedError

    def refunded(self, case: str) -> int:
        raise NotImplementedError

    def stocked(self, product: str, sku: str, quantity: int) -> int:
        """An overwrite that is sent twice is one effect, so it is the number that counts."""
        raise NotImplementedError


class WeChatRig(_Rig):
    write_paths = (
        "/channels/ec/order/delivery/send",
        "/channels/ec/aftersale/acceptapply",
        "/channels/ec/product/stock/update",
    )

    def __init__(self) -> None:
        self.platform = EmulatedWeChatShop(clock=lambda: AT)
        self.shop_id = self.platform.app_id

    def shop(self, url: str, **more: Any) -> ShopClient:
        platform = self.platform
        return WeChatShop(
            app_id=platform.app_id, app_secret=platform.app_secret, base_url=url, **_options(), **more
        )

    def open_case(self, sale: SoldOrder, number: int) -> str:
        return self.platform.open_aftersale(sale.order_id)

    def put_sku(self, number: int) -> None:
        self.sell(number)  # the product comes with a sale

    def shipped(self, order_id: str, waybill: str) -> int:
        return len([one for one in self.platform.shipments(order_id) if one.waybill_id == waybill])

    def refunded(self, case: str) -> int:
        return self.platform.refunds(case)

    def stocked(self, product: str, sku: str, quantity: int) -> int:
        changes = self.platform.stock_changes(product, sku)
        return (
            len([one for one in changes if one.before != one.after]) if changes[-1].after == quantity else -1
        )


class DouyinRig(_Rig):
    write_paths = ("/order/logisticsAddSinglePack", "/afterSale/operate", "/sku/syncStock")
    shop_id = _DOUYIN_SHOP

    def __init__(self) -> None:
        self.platform = EmulatedDouyin(clock=lambda: AT)

    def shop(self, url: str, **more: Any) -> ShopClient:
        app = {"app_key": self.platform.app_key, "app_secret": self.platform.app_secret}
        return DouyinShop(**app, shop_id=self.shop_id, base_url=url, **_options(), **more)

    def open_case(self, sale: SoldOrder, number: int) -> str:
        case = str(7_000_000_000_000_000_000 + number)
        line = self.platform.order(sale.order_id)["sku_order_list"][0]["order_id"]
        self.platform.open_aftersale(case, order_id=sale.order_id, line_id=line, amount=1800)
        return case

    def put_sku(self, number: int) -> None:
        self.platform.put_product(
            douyin_product(self.product(number), title="龙井", skus={self.sku(number): (2000, 0)})
        )

    def shipped(self, order_id: str, waybill: str) -> int:
        return self.platform.effects["ship", f"{order_id}/{waybill}"]

    def refunded(self, case: str) -> int:
        return self.platform.effects["refund", case]

    def stocked(self, product: str, sku: str, quantity: int) -> int:
        return 1 if self.platform.units(sku) == quantity else -1


class KuaishouRig(_Rig):
    delta_stock = True
    write_paths = (
        "/open/seller/order/goods/deliver",
        "/open/order/goods/split/deliver",
        "/open/seller/order/refund/approve",
        "/open/item/sku/stock/update",
    )

    def __init__(self) -> None:
        self.platform = EmulatedKuaishou(clock=lambda: AT)
        self.shop_id = self.platform.shop_id

    def shop(self, url: str, **more: Any) -> ShopClient:
        platform = self.platform
        shop = KuaishouShop(
            app_key=platform.app_key,
            app_secret=platform.app_secret,
            sign_secret=platform.sign_secret,
            shop_id=self.shop_id,
            base_url=url,
            **_options(),
            **more,
        )
        issued = platform.issue_tokens()
        shop.adopt_tokens(
            access_token=issued["access_token"],
            refresh_token=issued["refresh_token"],
            expires_in_s=issued["expires_in"],
            refresh_expires_in_s=issued["refresh_token_expires_in"],
        )
        return shop

    def open_case(self, sale: SoldOrder, number: int) -> str:
        return self.platform.open_aftersale(sale.order_id)

    def put_sku(self, number: int) -> None:
        self.platform.put_item(self.product(number), skus={self.sku(number): (2000, 0)})

    def shipped(self, order_id: str, waybill: str) -> int:
        there = [one["expressNo"] for one in self.platform.order(order_id)["orderLogisticsInfo"]]
        return self.platform.effects.get(("ship", order_id), 0) if there == [waybill] else -1

    def refunded(self, case: str) -> int:
        return self.platform.effects.get(("agree_refund", case), 0)

    def stocked(self, product: str, sku: str, quantity: int) -> int:
        times = self.platform.effects.get(("stock", f"{product}/{sku}"), 0)
        return times if self.platform.stock(product, sku_id=sku) == quantity * times else -1


class XiaohongshuRig(_Rig):
    write_paths = ("/ark/open_api/v3/common_controller",)
    """The only path there is: reads lose their answers, too, and are asked again."""

    def __init__(self) -> None:
        self.platform = EmulatedXiaohongshu(clock=lambda: AT)
        self.shop_id = self.platform.shop_id

    def shop(self, url: str, **more: Any) -> ShopClient:
        platform = self.platform
        shop = XiaohongshuShop(
            app_id=platform.app_id,
            app_secret=platform.app_secret,
            shop_id=self.shop_id,
            base_url=url,
            accept_unconfirmed=("agree_refund", "stock", "set_stock"),
            **_options(),
            **more,
        )
        issued = platform.issue_tokens()
        shop.adopt_tokens(
            access_token=issued["accessToken"],
            refresh_token=issued["refreshToken"],
            expires_in_s=7 * 86_400,
        )
        return shop

    def open_case(self, sale: SoldOrder, number: int) -> str:
        return self.platform.open_aftersale(sale.order_id, refund=18.0)

    def put_sku(self, number: int) -> None:
        self.platform.put_product(self.product(number), name="龙井", skus={self.sku(number): 2000})

    def shipped(self, order_id: str, waybill: str) -> int:
        there = self.platform.order(order_id)["expressTrackingNo"]
        return self.platform.effects().get(("ship", order_id), 0) if there == waybill else -1

    def refunded(self, case: str) -> int:
        return self.platform.effects().get(("refund", case), 0)

    def stocked(self, product: str, sku: str, quantity: int) -> int:
        return 1 if self.platform.units(sku) == quantity else -1
