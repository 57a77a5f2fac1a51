"""EDGE: the platforms' APIs, one core shared by all.

A platform is a package of its own (`privdomain.platforms.wechat_shop`); here is what they have in common, and what
a program needs to name: pages, shop protocols, operations, token stores, knobs, and the plain requests and answers
that a scripted server is written with.
"""

from privdomain.platforms._clients import AsyncShopClient, ShopClient, ShopPlans
from privdomain.platforms._drivers import waiting_off
from privdomain.platforms._flow import Ask, Effect, Flow, PageFlow, Send, Wait
from privdomain.platforms._http import HttpOptions, Timeouts
from privdomain.platforms._limits import RateLimit
from privdomain.platforms._operation import KeyPaging, Method, Operation, Repeat
from privdomain.platforms._pages import AsyncPaged, Page, Paged
from privdomain.platforms._payload import Done, IdText, Json, Minor, OptionalId, Payload, UnixTime
from privdomain.platforms._retry import Retry
from privdomain.platforms._shop import (
    AsyncHasOrders,
    AsyncHasProducts,
    AsyncShop,
    HasOrders,
    HasProducts,
    Shop,
)
from privdomain.platforms._tokens import MemoryTokenStore, StoredToken, TokenStore
from privdomain.platforms._wire import AsyncTransport, HttpRequest, HttpResponse, NoAnswer, Transport

__all__ = [
    "Ask",
    "AsyncHasOrders",
    "AsyncHasProducts",
    "AsyncPaged",
    "AsyncShop",
    "AsyncShopClient",
    "AsyncTransport",
    "Done",
    "Effect",
    "Flow",
    "HasOrders",
    "HasProducts",
    "HttpOptions",
    "HttpRequest",
    "HttpResponse",
    "IdText",
    "Json",
    "KeyPaging",
    "MemoryTokenStore",
    "Method",
    "Minor",
    "NoAnswer",
    "Operation",
    "OptionalId",
    "Page",
    "PageFlow",
    "Paged",
    "Payload",
    "RateLimit",
    "Repeat",
    "Retry",
    "Send",
    "Shop",
    "ShopClient",
    "ShopPlans",
    "StoredToken",
    "Timeouts",
    "TokenStore",
    "Transport",
    "UnixTime",
    "Wait",
    "waiting_off",
]
