"""Endpoints of 微信小店. Paths are whole: some newer ones lie under ``/shop/ec`` instead of ``/channels/ec``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from privdomain.platforms._operation import KeyPaging, Operation, Repeat
from privdomain.platforms.wechat_shop.payloads import (
    OrderIds,
    OrderReply,
    ProductIds,
    ProductReply,
    TokenReply,
)

__all__ = ["GetOrder", "GetProduct", "GetStableToken", "ListOrders", "ListProducts", "TimeRange"]

_DOCS = "https://developers.weixin.qq.com/doc"


class TimeRange(BaseModel):
    """From one second through another, both included; at most 7 days apart in order listings."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    start_time: int
    end_time: int


class GetStableToken(Operation[TokenReply]):
    """The account's stable token: the same one for everybody who asks, renewed by the platform."""

    path: ClassVar = "/cgi-bin/stable_token"
    page: ClassVar = f"{_DOCS}/service/api/base/api_getstableaccesstoken.html (read 2026-11-24)"
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    grant_type: str = "client_credential"
    appid: str
    secret: str = Field(repr=False)


class ListOrders(Operation[OrderIds]):
    """Ids of orders by creation or update time. 订单列表

    One of the two ranges must be there; a range is at most 7 days long.
    """

    path: ClassVar = "/channels/ec/order/list/get"
    page: ClassVar = f"{_DOCS}/store/shop/API/channels-shop-order/api_getorderlist.html (read 2026-11-24)"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="order_id_list", more="has_more")
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    status: int | None = None
    openid: str | None = None
    page_size: int = Field(default=100, ge=1, le=100)
    next_key: str = ""


class GetOrder(Operation[OrderReply]):
    """One order with its lines. 订单详情"""

    path: ClassVar = "/channels/ec/order/get"
    page: ClassVar = f"{_DOCS}/channels/API/order/get.html (read 2026-11-24)"
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str


class ListProducts(Operation[ProductIds]):
    """Ids of products. 商品列表"""

    path: ClassVar = "/channels/ec/product/list/get"
    page: ClassVar = f"{_DOCS}/channels/API/product/list_get.html (read 2026-11-24)"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="product_ids")
    status: int | None = None
    page_size: int = Field(default=30, ge=1, le=30)
    next_key: str = ""


class GetProduct(Operation[ProductReply]):
    """One product with its SKUs. 商品详情; ``data_type`` 1 is what is on sale, 2 the draft, 3 both."""

    path: ClassVar = "/channels/ec/product/get"
    page: ClassVar = f"{_DOCS}/channels/API/product/get.html (read 2026-11-24)"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str
    data_type: int = 3
