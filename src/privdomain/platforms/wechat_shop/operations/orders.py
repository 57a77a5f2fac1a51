"""Orders: listing, searching, reading, and the small changes a shop makes before it ships. wechat.md §4"""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from privdomain.platforms._operation import KeyPaging, Limits, Operation, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.wechat_shop.operations._common import API, DOCS, READ, WEEK, Part, TimeRange
from privdomain.platforms.wechat_shop.payloads import FoundOrders, OrderIds, OrderReply

__all__ = [
    "AcceptAddressChange",
    "ChangePrice",
    "GetOrder",
    "LinePrice",
    "ListOrders",
    "OrderSearch",
    "RejectAddressChange",
    "SearchOrders",
    "SetMerchantNotes",
    "UpdateAddress",
    "UserAddress",
]


class ListOrders(Operation[OrderIds]):
    """Ids of orders by creation or update time. 订单列表

    One of the two ranges must be there; a range is at most 7 days long.
    """

    path: ClassVar = "/channels/ec/order/list/get"
    page: ClassVar = f"{DOCS}/store/shop/API/channels-shop-order/api_getorderlist.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="order_id_list", more="has_more")
    limits: ClassVar = Limits(window=WEEK, page_size=100)
    create_time_range: TimeRange | None = None
    update_time_range: TimeRange | None = None
    status: int | None = None
    openid: str | None = None
    page_size: int = Field(default=100, ge=1, le=100)
    next_key: str = ""


class OrderSearch(Part):
    """What an order is searched by; one field at least. ``tel_number_last4`` replaces the whole number."""

    title: str | None = None
    sku_code: str | None = None
    user_name: str | None = Field(default=None, repr=False)
    tel_number_last4: str | None = Field(default=None, repr=False)
    order_id: str | None = None
    merchant_notes: str | None = None
    customer_notes: str | None = None
    address_under_review: bool | None = None
    present_order_id: str | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("searches by nothing; give one field at least")
        return self


class SearchOrders(Operation[FoundOrders]):
    """Ids of orders by title, code, name or note. 订单搜索

    ``status`` 20 and 30 also find the partly shipped ones (21).
    """

    path: ClassVar = "/channels/ec/order/search"
    page: ClassVar = f"{API}/order/search.html (wechat.md §4.2) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="ids", more="has_more")
    limits: ClassVar = Limits(page_size=100)
    search_condition: OrderSearch
    on_aftersale_order_exist: int | None = Field(default=None, ge=0, le=1)
    status: int | None = None
    page_size: int = Field(default=100, ge=1, le=100)
    next_key: str = ""


class GetOrder(Operation[OrderReply]):
    """One order with its lines. 订单详情"""

    path: ClassVar = "/channels/ec/order/get"
    page: ClassVar = f"{API}/order/get.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str


class SetMerchantNotes(Operation[Done]):
    """Write the shop's note on an order, in place of the one before. 商家备注"""

    path: ClassVar = "/channels/ec/order/merchantnotes/update"
    page: ClassVar = f"{API}/order/merchantnotes_update.html (wechat.md §4.6) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str
    merchant_notes: str


class LinePrice(Part):
    """The new price of a line, in 分 for all of its units."""

    product_id: str
    sku_id: str
    change_price: int = Field(ge=0)


class ChangePrice(Operation[Done]):
    """Change what an unpaid order costs: its lines, its freight. 改价"""

    path: ClassVar = "/channels/ec/order/price/update"
    page: ClassVar = f"{API}/order/price_update.html (wechat.md §4.6) {READ}"
    # the buyer may have paid in between: whoever got no answer looks at the order first
    repeat: ClassVar = Repeat.NEVER
    order_id: str
    change_express: bool = False
    express_fee: int | None = Field(default=None, ge=0)
    change_order_infos: tuple[LinePrice, ...] = ()


class UserAddress(Part):
    """Where an order is to go; nothing of it is shown by ``repr``."""

    user_name: str = Field(repr=False)
    postal_code: str | None = None
    province_name: str
    city_name: str
    county_name: str
    detail_info: str = Field(repr=False)
    national_code: str | None = None
    tel_number: str = Field(repr=False)
    house_number: str | None = Field(default=None, repr=False)


class UpdateAddress(Operation[Done]):
    """Send an order somewhere else. 修改收货地址"""

    path: ClassVar = "/channels/ec/order/address/update"
    page: ClassVar = f"{API}/order/address_update.html (wechat.md §4.6) {READ}"
    repeat: ClassVar = Repeat.ALWAYS  # the same address twice is the same address
    order_id: str
    user_address: UserAddress


class AcceptAddressChange(Operation[Done]):
    """Agree to the address that the buyer has asked for. 同意修改地址"""

    path: ClassVar = "/channels/ec/order/addressmodify/accept"
    page: ClassVar = f"{API}/order/addressmodify_accept.html (wechat.md §4.6) {READ}"
    # a second one could agree to what the buyer asked for afterwards
    repeat: ClassVar = Repeat.NEVER
    order_id: str


class RejectAddressChange(Operation[Done]):
    """Refuse the address that the buyer has asked for. 拒绝修改地址"""

    path: ClassVar = "/channels/ec/order/addressmodify/reject"
    page: ClassVar = f"{API}/order/addressmodify_reject.html (wechat.md §4.6) {READ}"
    repeat: ClassVar = Repeat.NEVER
    order_id: str
