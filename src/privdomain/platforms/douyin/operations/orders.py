"""Orders: listing, reading, shipping, notes, prices and carriers. douyin.md A4."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from privdomain.platforms._operation import Limits, NumberPaging, Repeat
from privdomain.platforms._payload import Done, IdText, Json, OptionalId, Payload, Whole
from privdomain.platforms.douyin.operations._base import DouyinOperation, Part, Seconds
from privdomain.platforms.douyin.payloads import OrderReply

__all__ = [
    "AddMultiPack",
    "AddOrderRemark",
    "AddSinglePack",
    "CancelOrder",
    "Carrier",
    "Carriers",
    "ConfirmAddress",
    "EditLogistics",
    "FoundOrder",
    "FoundOrders",
    "GetOrder",
    "ListCarriers",
    "ModifyAddress",
    "Open",
    "OrderList",
    "Pack",
    "PackList",
    "PackReply",
    "PriceChange",
    "QueryOrderLogistics",
    "RouteNode",
    "SearchByReceiver",
    "SearchOrders",
    "ShipOrder",
    "Shipped",
    "TrackRoute",
    "TrackRouteReply",
    "UpdateOrderAmount",
    "UpdatePostAmount",
]

_READ = "(read 2026-11-24)"


class Open(Payload):
    """An answer whose fields no document that we know settles: they are all in ``model_extra``."""

    model_config = Payload.model_config | {"extra": "allow"}


class OrderList(Payload):
    """A page of orders, as they came: each is read by `read_order`."""

    shop_order_list: tuple[Json, ...] = ()
    total: Whole = 0


class SearchOrders(DouyinOperation[OrderList]):
    """Orders by creation or update time. 订单列表

    A complete pair of times must be there, and its ends differ. ``update_time`` moves with the order's status, not
    with notes, flags or the states of single lines. Pages count from 0; there is neither a cursor nor a has-more.
    How deep one can page is told in two ways (50,000 rows, 10,000 rows): the smaller one is kept to.
    """

    path: ClassVar = "/order/searchList"
    page: ClassVar = f"op.jinritemai.com order.searchList, douyin.md A4.1 [S1 S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="shop_order_list", sends="page_number")
    limits: ClassVar = Limits(kept=timedelta(days=90), page_size=100, depth=10_000, per_second=600)
    create_time_start: Seconds | None = None
    create_time_end: Seconds | None = None
    update_time_start: Seconds | None = None
    update_time_end: Seconds | None = None
    page_number: int = Field(default=0, ge=0, serialization_alias="page")
    size: int = Field(default=100, ge=1, le=100)
    order_by: Literal["create_time", "update_time"] | None = None
    order_asc: bool | None = None
    combine_status: tuple[dict[str, str], ...] | None = Field(default=None, min_length=1, max_length=1)
    product: str | None = None
    b_type: int | None = None
    after_sale_status_desc: str | None = None
    tracking_no: str | None = None
    presell_type: int | None = None
    order_type: int | None = None
    abnormal_order: int | None = None
    trade_type: int | None = None
    fulfil_status: str | None = None
    is_searchable: bool | None = None

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        created = (self.create_time_start, self.create_time_end)
        updated = (self.update_time_start, self.update_time_end)
        for start, end in (created, updated):
            if (start is None) != (end is None) or (start is not None and start == end):
                raise ValueError(
                    "half of a time range, or one whose ends are equal; send both, and let them differ"
                )
        if created == updated == (None, None):
            raise ValueError(
                "no time range; send create_time_start and create_time_end, or the pair of update_time"
            )
        return self


class GetOrder(DouyinOperation[OrderReply]):
    """One order with its lines, coupons and parcels, however old. 订单详情"""

    path: ClassVar = "/order/orderDetail"
    page: ClassVar = f"op.jinritemai.com order.orderDetail, douyin.md A4.4 [S1 S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(per_second=900)
    shop_order_id: str = Field(min_length=1)


class FoundOrder(Payload):
    """An order that was found; read the rest of it by its id."""

    order_id: IdText
    order_status: Whole = 0
    create_time: OptionalId = ""


class FoundOrders(Payload):
    """A page of orders that were found."""

    shop_order_list: tuple[FoundOrder, ...] = ()
    total: Whole = 0


class SearchByReceiver(DouyinOperation[FoundOrders]):
    """Orders by the receiver's whole number (``post_type`` 0) or name (1); those of the last 90 days."""

    path: ClassVar = "/order/searchByReceiver"
    page: ClassVar = f"op.jinritemai.com order.searchByReceiver, douyin.md A4.5 [S3 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="shop_order_list", sends="page_number")
    limits: ClassVar = Limits(kept=timedelta(days=90), page_size=100)
    unconfirmed: ClassVar = "its fields are those of two libraries, not of a page that was read"
    post_type: Literal[0, 1]
    post_receiver: str = Field(min_length=1, repr=False)
    create_time_start: Seconds | None = None
    create_time_end: Seconds | None = None
    page_number: int = Field(default=0, ge=0, serialization_alias="page")
    size: int = Field(default=100, ge=1, le=100)


class Shipped(Part):
    """A line and how many of its units are in the parcel."""

    shipped_order_id: str
    shipped_num: int = Field(ge=1)


class ShipOrder(DouyinOperation[Done]):
    """Ship a whole order in one parcel (整单出库); a partly shipped order is refused.

    It has no idempotency field: `AddSinglePack` has one.
    """

    path: ClassVar = "/order/logisticsAdd"
    page: ClassVar = f"op.jinritemai.com order.logisticsAdd, douyin.md A4.5 [S1 S7] {_READ}"
    order_id: str = Field(min_length=1)
    company_code: str = Field(min_length=1)
    logistics_code: str = Field(min_length=1)
    company: str | None = None
    is_reject_refund: bool | None = None
    address_id: int | None = None
    after_sale_address_id: int | None = None
    store_id: int | None = None
    serial_number_list: tuple[str, ...] | None = None


class PackReply(Payload):
    """The parcel's id."""

    pack_id: OptionalId = ""


class AddSinglePack(DouyinOperation[PackReply]):
    """Ship one parcel with lines of one or several orders of one receiver.

    Once it has succeeded, the same ``request_id`` gives the same answer and ships nothing.
    """

    path: ClassVar = "/order/logisticsAddSinglePack"
    page: ClassVar = f"op.jinritemai.com order.logisticsAddSinglePack, douyin.md A4.5 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.WITH_KEY("request_id")
    order_id_list: tuple[str, ...] = Field(min_length=1)
    shipped_order_info: tuple[Shipped, ...] = Field(min_length=1)
    company_code: str = Field(min_length=1)
    logistics_code: str = Field(min_length=1)
    request_id: str = Field(min_length=1)
    is_reject_refund: bool | None = None
    address_id: str | None = None
    after_sale_address_id: int | None = None
    store_id: int | None = None


class Pack(Part):
    """One parcel of several."""

    shipped_order_info: tuple[Shipped, ...] = Field(min_length=1)
    company_code: str = Field(min_length=1)
    logistics_code: str = Field(min_length=1)


class PackList(Payload):
    """The parcels with their ids, in the platform's words."""

    pack_list: tuple[Json, ...] = ()


class AddMultiPack(DouyinOperation[PackList]):
    """Ship one order in several parcels, all of them or none.

    Once it has succeeded, the same ``request_id`` gives the same answer and ships nothing.
    """

    path: ClassVar = "/order/logisticsAddMultiPack"
    page: ClassVar = f"op.jinritemai.com order.logisticsAddMultiPack, douyin.md A4.5 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.WITH_KEY("request_id")
    order_id: str = Field(min_length=1)
    pack_list: tuple[Pack, ...] = Field(min_length=1)
    request_id: str = Field(min_length=1)
    is_reject_refund: bool | None = None
    address_id: str | None = None
    after_sale_address_id: int | None = None
    store_id: int | None = None


class EditLogistics(DouyinOperation[Done]):
    """Put another carrier or number on a shipped order. The same change twice is the same change."""

    path: ClassVar = "/order/logisticsEdit"
    page: ClassVar = f"op.jinritemai.com order.logisticsEdit, douyin.md A4.5 [S1] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str = Field(min_length=1)
    company_code: str = Field(min_length=1)
    logistics_code: str = Field(min_length=1)


class AddOrderRemark(DouyinOperation[Done]):
    """The shop's note on an order, and its flag: 0 gray, 1 purple, 2 cyan, 3 green, 4 orange, 5 red."""

    path: ClassVar = "/order/addOrderRemark"
    page: ClassVar = f"op.jinritemai.com order.addOrderRemark, douyin.md A4.5 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str = Field(min_length=1)
    remark: str = Field(max_length=500)
    is_add_star: Literal["true", "false"] | None = None
    star: Literal["0", "1", "2", "3", "4", "5"] | None = None


class Carrier(Payload):
    """A carrier: ``code`` is what calls take."""

    id: OptionalId = ""
    name: str = ""
    code: str = ""


class Carriers(Payload):
    """The carriers."""

    data: tuple[Carrier, ...] = ()


class ListCarriers(DouyinOperation[Carriers]):
    """The carriers that can be shipped with. 物流公司"""

    path: ClassVar = "/order/logisticsCompanyList"
    page: ClassVar = f"op.jinritemai.com order.logisticsCompanyList, douyin.md A4.5 [S1 S6] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(per_second=500)


class QueryOrderLogistics(DouyinOperation[Open]):
    """Where the parcels of an order are. No document that we know says what it answers."""

    path: ClassVar = "/order/queryOrderLogistics"
    page: ClassVar = f"op.jinritemai.com order.queryOrderLogistics, douyin.md A4.5 [S3] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = "the fields of its answer are not known"
    order_id: str = Field(min_length=1)


class RouteNode(Payload):
    """One thing that happened to a parcel; ``timestamp`` is seconds as text."""

    content: str = ""
    timestamp: OptionalId = ""
    state: OptionalId = ""
    state_description: str = ""
    site_name: str = ""


class TrackRouteReply(Payload):
    """The trace. Both spellings of the list have been seen in the platform's own libraries."""

    route__node_list: tuple[RouteNode, ...] = ()
    route_node_list: tuple[RouteNode, ...] = ()


class TrackRoute(DouyinOperation[TrackRouteReply]):
    """Where a parcel is; only for numbers that 抖店's own electronic waybills (电子面单) gave and that were shipped."""

    path: ClassVar = "/logistics/trackNoRouteDetail"
    page: ClassVar = f"op.jinritemai.com logistics.trackNoRouteDetail [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    logistics_code: str = Field(min_length=1)
    track_no: str = Field(min_length=1)


class PriceChange(Part):
    """A line, and by how many fen it becomes cheaper."""

    order_id: str
    discount_amount: int


class UpdateOrderAmount(DouyinOperation[Done]):
    """Change the price of an order that is not paid yet (改价)."""

    path: ClassVar = "/order/updateOrderAmount"
    page: ClassVar = f"op.jinritemai.com order.updateOrderAmount, douyin.md A4.5 [S1] {_READ}"
    unconfirmed: ClassVar = "whether discount_amount is what a line becomes cheaper by is not known"
    pid: str = Field(min_length=1)
    update_detail: tuple[PriceChange, ...] = Field(min_length=1)


class UpdatePostAmount(DouyinOperation[Done]):
    """Set the freight, in fen, of an order that is not paid yet. The same freight twice is the same freight."""

    path: ClassVar = "/order/updatePostAmount"
    page: ClassVar = f"op.jinritemai.com order.updatePostAmount, douyin.md A4.5 [S1] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str = Field(min_length=1)
    post_amount: int = Field(ge=0)


class CancelOrder(DouyinOperation[Done]):
    """Cancel an order that is not paid yet; the reason is one of the platform's own sentences, letter by letter."""

    path: ClassVar = "/order/orderCancel"
    page: ClassVar = f"op.jinritemai.com order.orderCancel, douyin.md A4.5 [S7] {_READ}"
    shop_order_id: str = Field(min_length=1)
    cancel_reason: str = Field(min_length=1)


class ModifyAddress(DouyinOperation[Done]):
    """Change the receiver of an order. ``post_addr`` has no fields that we know for certain."""

    path: ClassVar = "/order/addressModify"
    page: ClassVar = f"op.jinritemai.com order.addressModify, douyin.md A4.5 [S1] {_READ}"
    unconfirmed: ClassVar = "the fields of post_addr are not known"
    order_id: str = Field(min_length=1)
    post_addr: dict[str, str | int | dict[str, str | int]] = Field(repr=False)
    post_receiver: str | None = Field(default=None, repr=False)
    post_tel: str | None = Field(default=None, repr=False)


class ConfirmAddress(DouyinOperation[Done]):
    """Answer a buyer who wants another address (收货信息变更申请)."""

    path: ClassVar = "/order/addressConfirm"
    page: ClassVar = f"op.jinritemai.com order.addressConfirm, douyin.md A4.5 [S1] {_READ}"
    unconfirmed: ClassVar = "which number agrees and which refuses is not known"
    order_id: str = Field(min_length=1)
    is_approved: int
