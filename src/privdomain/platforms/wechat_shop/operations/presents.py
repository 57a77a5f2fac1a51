"""送礼物: one present order of a giver holds the orders of those who receive it. wechat.md §5"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits, Operation, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.wechat_shop.operations._common import API, READ, WEEK, TimeRange
from privdomain.platforms.wechat_shop.payloads import (
    PresentCreated,
    PresentIds,
    PresentOrders,
    PresentReply,
    ReceiverOrders,
)

__all__ = [
    "AddPresentNote",
    "CreatePresentOrder",
    "GetPresent",
    "ListPresentOrders",
    "ListPresents",
    "ListReceiverOrders",
]

_PAGE = f"{API}/order/ (wechat.md §5) {READ}"


class ListPresents(Operation[PresentIds]):
    """Present orders by creation or update time. 礼物单列表

    There is no has-more flag: an empty key or an empty page is the end.
    """

    path: ClassVar = "/channels/ec/order/presentlist/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="present_order_list")
    limits: ClassVar = Limits(window=WEEK, page_size=100)
    shop_appid: str | None = None
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    page_size: int = Field(default=100, ge=1, le=100)
    next_key: str = ""


class GetPresent(Operation[PresentReply]):
    """One present order with the orders in it. 礼物单详情"""

    path: ClassVar = "/channels/ec/order/present/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    present_order_id: str


class ListPresentOrders(Operation[PresentOrders]):
    """The orders of one present order. 礼物单子单"""

    path: ClassVar = "/channels/ec/order/presentsuborder/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    present_order_id: str


class ListReceiverOrders(Operation[ReceiverOrders]):
    """What one person has been given. 收礼人订单列表"""

    path: ClassVar = "/channels/ec/order/receiverorderlist/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="order_list")
    limits: ClassVar = Limits(window=WEEK, page_size=100)
    shop_appid: str | None = None
    openid: str
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    page_size: int = Field(default=100, ge=1, le=100)
    next_key: str = ""


class AddPresentNote(Operation[Done]):
    """Write a note on a present order. 礼物单备注"""

    path: ClassVar = "/channels/ec/order/presentnote/add"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.NEVER
    present_order_id: str
    notes: str


class CreatePresentOrder(Operation[PresentCreated]):
    """Give something at the shop's expense, within an activity. 商家赠礼"""

    path: ClassVar = "/channels/ec/order/presentorder/create"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.WITH_KEY("idempotent_id")
    activity_id: str
    openid: str
    shop_appid: str
    wishmessage: str
    product_id: str
    sku_id: str
    idempotent_id: str | None = None
