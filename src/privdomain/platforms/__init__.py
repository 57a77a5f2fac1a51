"""EDGE: the platforms' APIs, one core shared by all.

A platform is a package of its own (`privdomain.platforms.wechat_shop`); here is what they have in common, and what
a program needs to name: pages, shop protocols, operations, token stores, knobs, and the plain requests and answers
that a scripted server is written with.
"""

from privdomain.platforms._apps import AsyncShopApp, ShopApp
from privdomain.platforms._capabilities import Capability, ShopCapabilities, Support
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation, Dialect, Habits, OnRevoked
from privdomain.platforms._drivers import waiting_off
from privdomain.platforms._errors import ErrorRule, ErrorTable, Fault, Policy
from privdomain.platforms._flow import Ask, Effect, Flow, PageFlow, Send, Wait
from privdomain.platforms._http import HttpOptions, Timeouts
from privdomain.platforms._limits import Adaptive, Pace, RateLimit
from privdomain.platforms._listing import ListingEstimate
from privdomain.platforms._observe import AttemptRecord, Observer
from privdomain.platforms._operation import KeyPaging, Limits, Method, NumberPaging, Operation, Repeat
from privdomain.platforms._options import ShopOptions
from privdomain.platforms._pages import AsyncPaged, Page, Paged
from privdomain.platforms._payload import Done, IdText, Json, Minor, OptionalId, Payload, UnixTime
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms._retry import Retry
from privdomain.platforms._sealed import KeyRing, SealedTokenStore, generate_key
from privdomain.platforms._shop import (
    AsyncHasAfterSales,
    AsyncHasOrders,
    AsyncHasProducts,
    AsyncHasRefunds,
    AsyncHasSettlements,
    AsyncHasShipping,
    AsyncHasStock,
    AsyncShop,
    HasAfterSales,
    HasOrders,
    HasProducts,
    HasRefunds,
    HasSettlements,
    HasShipping,
    HasStock,
    Shop,
)
from privdomain.platforms._tokens import (
    Grant,
    MemoryTokenStore,
    StoredToken,
    StoredTokenLike,
    TokenStore,
    lasting,
)
from privdomain.platforms._webhooks import Delivery, Webhook, WebhookReply
from privdomain.platforms._wire import AsyncTransport, HttpRequest, HttpResponse, NoAnswer, Transport

__all__ = [
    "Adaptive",
    "Ask",
    "AsyncHasAfterSales",
    "AsyncHasOrders",
    "AsyncHasProducts",
    "AsyncHasRefunds",
    "AsyncHasSettlements",
    "AsyncHasShipping",
    "AsyncHasStock",
    "AsyncPaged",
    "AsyncShop",
    "AsyncShopApp",
    "AsyncShopClient",
    "AsyncTransport",
    "AttemptRecord",
    "Capability",
    "Conversation",
    "Delivery",
    "Dialect",
    "Done",
    "Effect",
    "ErrorRule",
    "ErrorTable",
    "Fault",
    "Flow",
    "Grant",
    "Habits",
    "HasAfterSales",
    "HasOrders",
    "HasProducts",
    "HasRefunds",
    "HasSettlements",
    "HasShipping",
    "HasStock",
    "HttpOptions",
    "HttpRequest",
    "HttpResponse",
    "IdText",
    "Json",
    "KeyPaging",
    "KeyRing",
    "Limits",
    "ListingEstimate",
    "MemoryTokenStore",
    "Method",
    "Minor",
    "NoAnswer",
    "NumberPaging",
    "Observer",
    "OnRevoked",
    "Operation",
    "OptionalId",
    "Pace",
    "Page",
    "PageFlow",
    "Paged",
    "Payload",
    "Policy",
    "RateLimit",
    "Repeat",
    "Retry",
    "SealedTokenStore",
    "Send",
    "Shop",
    "ShopApp",
    "ShopCapabilities",
    "ShopClient",
    "ShopOptions",
    "ShopPlans",
    "StoredToken",
    "StoredTokenLike",
    "Support",
    "Timeouts",
    "TokenStore",
    "Transport",
    "UnixTime",
    "Wait",
    "Webhook",
    "WebhookReply",
    "generate_key",
    "lasting",
    "waiting_off",
]
