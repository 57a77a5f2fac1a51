"""微信小店 (WeChat Store, formerly 视频号小店): orders, products, and any other endpoint by `Operation`."""

from privdomain.platforms.wechat_shop._component import (
    AuthorizationInfo,
    AuthorizationReply,
    AuthorizerTokenReply,
    ComponentTokenReply,
    CreatePreAuthCode,
    GetAuthorizer,
    GetComponentToken,
    PreAuthCodeReply,
    QueryAuthorization,
    RenewAuthorizerToken,
)
from privdomain.platforms.wechat_shop._provider_webhook import WeChatProviderWebhook
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
from privdomain.platforms.wechat_shop.provider import WeChatProvider
from privdomain.platforms.wechat_shop.webhook import MessageMode, WebhookCredentials, WeChatShopWebhook

__all__ = [
    "PLATFORM",
    "AsyncWeChatShop",
    "AuthorizationInfo",
    "AuthorizationReply",
    "AuthorizerTokenReply",
    "ComponentTokenReply",
    "CreatePreAuthCode",
    "GetAuthorizer",
    "GetComponentToken",
    "GetOrder",
    "GetProduct",
    "GetStableToken",
    "ListOrders",
    "ListProducts",
    "MessageMode",
    "OrderIds",
    "OrderReply",
    "PreAuthCodeReply",
    "ProductIds",
    "ProductReply",
    "QueryAuthorization",
    "RenewAuthorizerToken",
    "TimeRange",
    "TokenReply",
    "WeChatProvider",
    "WeChatProviderWebhook",
    "WeChatShop",
    "WeChatShopWebhook",
    "WebhookCredentials",
    "read_order",
    "read_product",
]
