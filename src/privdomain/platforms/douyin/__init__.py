"""抖店 (Douyin's shops): orders, cases, products, stock, money, and any other endpoint by `Operation`."""

from privdomain.platforms.douyin._cases import read_aftersale, read_aftersale_row
from privdomain.platforms.douyin._goods import read_account_item, read_product, read_stock
from privdomain.platforms.douyin.app import AsyncDouyinApp, DouyinApp
from privdomain.platforms.douyin.client import AsyncDouyinShop, DouyinShop
from privdomain.platforms.douyin.mapping import PLATFORM, read_order, read_order_row
from privdomain.platforms.douyin.spi import DouyinSpi, SpiCall, SpiCode, SpiHandler, SpiKind, SpiRequest
from privdomain.platforms.douyin.webhook import DouyinWebhook, EventVerifier

__all__ = [
    "PLATFORM",
    "AsyncDouyinApp",
    "AsyncDouyinShop",
    "DouyinApp",
    "DouyinShop",
    "DouyinSpi",
    "DouyinWebhook",
    "EventVerifier",
    "SpiCall",
    "SpiCode",
    "SpiHandler",
    "SpiKind",
    "SpiRequest",
    "read_account_item",
    "read_aftersale",
    "read_aftersale_row",
    "read_order",
    "read_order_row",
    "read_product",
    "read_stock",
]
