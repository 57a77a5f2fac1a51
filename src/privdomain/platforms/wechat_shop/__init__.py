"""微信小店 (WeChat Store, formerly 视频号小店): orders, products, and any other endpoint by `Operation`."""

from privdomain.platforms.wechat_shop.client import AsyncWeChatShop, WeChatShop
from privdomain.platforms.wechat_shop.mapping import PLATFORM, read_order, read_product
from privdomain.platforms.wechat_shop.operations import (
    GetOrder,
    GetProduct,
    GetStableToken,
    ListOrders,
    ListProducts,
    TimeRange,
)
from privdomain.platforms.wechat_shop.payloads import (
    OrderIds,
    OrderReply,
    ProductIds,
    ProductReply,
    TokenReply,
)

__all__ = [
    "PLATFORM",
    "AsyncWeChatShop",
    "GetOrder",
    "GetProduct",
    "GetStableToken",
    "ListOrders",
    "ListProducts",
    "OrderIds",
    "OrderReply",
    "ProductIds",
    "ProductReply",
    "TimeRange",
    "TokenReply",
    "WeChatShop",
    "read_order",
    "read_product",
]
