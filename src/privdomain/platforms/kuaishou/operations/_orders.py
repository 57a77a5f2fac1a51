"""Operations on orders. kuaishou.md §5.1–5.5; fields that it does not list are those of kwaixiaodian 1.0.3 (K4)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.kuaishou._fields import DOCS, KuaishouOperation, KuaishouPart, KuaishouQuery, LongId
from privdomain.platforms.kuaishou.payloads._orders import FeeReply, OrderPage, OrderReply

__all__ = [
    "AddOrderNote",
    "AppendLogistics",
    "ChangeOrderSku",
    "CloseOrder",
    "DeliverOrder",
    "DeliveryGoods",
    "DeliveryParcel",
    "DeliveryProgress",
    "GetFeeDetail",
    "GetOrder",
    "ListOrders",
    "SplitDeliver",
    "UpdateLogistics",
    "UpdateOrderAddress",
]


class ListOrders(KuaishouQuery[OrderPage]):
    """Orders by creation (``query_type`` 1) or update time (2), both ends in milliseconds. 订单列表

    ``order_view_status`` 1 is all; ``sort`` 1 newest first, 2 oldest first. All but the cursor stays as it is.
    """

    path: ClassVar = "/open/order/cursor/list"
    page: ClassVar = DOCS.format("open.order.cursor.list")
    paging: ClassVar = KeyPaging(items="order_list", sends="cursor", receives="cursor", end="nomore")
    limits: ClassVar = Limits(window=timedelta(days=7), kept=timedelta(days=90), page_size=50, per_second=300)
    order_view_status: int = 1
    page_size: int = Field(default=50, ge=1, le=50)
    sort: int = 2
    query_type: int = 2
    begin_time: int
    end_time: int
    cps_type: int = 0
    cursor: str = ""


class GetOrder(KuaishouQuery[OrderReply]):
    """One order. 订单详情"""

    path: ClassVar = "/open/order/detail"
    page: ClassVar = DOCS.format("open.order.detail")
    oid: LongId


class GetFeeDetail(KuaishouQuery[FeeReply]):
    """Who pays what of an order. 订单费用详情"""

    path: ClassVar = "/open/seller/order/fee/detail"
    page: ClassVar = DOCS.format("open.seller.order.fee.detail")
    order_id: LongId


class DeliverOrder(KuaishouOperation[Done]):
    """Ship an order in one parcel. 发货"""

    path: ClassVar = "/open/seller/order/goods/deliver"
    page: ClassVar = DOCS.format("open.seller.order.goods.deliver")
    order_id: LongId
    express_code: int
    express_no: str = Field(min_length=1)
    return_address_id: LongId | None = None


class DeliveryGoods(KuaishouPart):
    """What is in a parcel: an order (or the order of a gift), and how many units of it."""

    oid: LongId
    delivery_num: int = Field(ge=1)


class DeliveryParcel(KuaishouPart):
    """One parcel."""

    express_code: int
    express_no: str = Field(min_length=1)
    delivery_goods_info_list: tuple[DeliveryGoods, ...]


class DeliveryProgress(KuaishouPart):
    """How far an order is with these parcels: 10 部分发货, 40 全部发货."""

    oid: LongId
    confirm_delivery_status: int


class SplitDeliver(KuaishouOperation[Done]):
    """Ship an order in several parcels, or one with gifts, for which this is the only way. 拆单发货"""

    path: ClassVar = "/open/order/goods/split/deliver"
    page: ClassVar = DOCS.format("open.order.goods.split.deliver")
    limits: ClassVar = Limits(items=50)
    main_order_id: LongId
    delivery_item_info_list: tuple[DeliveryParcel, ...] = Field(min_length=1, max_length=50)
    delivery_status: tuple[DeliveryProgress, ...] | None = None


class UpdateLogistics(KuaishouOperation[Done]):
    """Correct a parcel; ``logistics_id`` says which one. 修改物流. The same parcel twice is the same parcel."""

    path: ClassVar = "/open/seller/order/logistics/update"
    page: ClassVar = DOCS.format("open.seller.order.logistics.update")
    repeat: ClassVar = Repeat.ALWAYS
    order_id: LongId
    express_code: int
    express_no: str = Field(min_length=1)
    logistics_id: LongId | None = None


class AppendLogistics(KuaishouOperation[Done]):
    """One more parcel of an order that has been shipped. 追加包裹"""

    path: ClassVar = "/open/seller/order/goods/logistics/append"
    page: ClassVar = DOCS.format("open.seller.order.goods.logistics.append")
    oid: LongId
    express_code: int
    express_no: str = Field(min_length=1)


class AddOrderNote(KuaishouOperation[Done]):
    """Add a note of the shop (≤ 30 an order); ``flag`` 0 none, 1 red, 2 yellow, 3 green, 4 blue, 5 purple, 6 grey."""

    path: ClassVar = "/open/seller/order/note/add"
    page: ClassVar = DOCS.format("open.seller.order.note.add")
    order_id: LongId
    note: str = Field(min_length=1, max_length=200)
    flag: int = Field(default=0, ge=0, le=6)


class CloseOrder(KuaishouOperation[Done]):
    """Close an order that has not been paid. 关闭订单. Closed twice is closed."""

    path: ClassVar = "/open/seller/order/close"
    page: ClassVar = DOCS.format("open.seller.order.close")
    repeat: ClassVar = Repeat.ALWAYS
    order_id: LongId


class ChangeOrderSku(KuaishouOperation[Done]):
    """Let an order be of another SKU of the same item. 修改订单 SKU"""

    path: ClassVar = "/open/seller/order/sku/update"
    page: ClassVar = DOCS.format("open.seller.order.sku.update")
    order_id: LongId
    item_id: LongId
    old_sku_id: LongId
    new_sku_id: LongId


class UpdateOrderAddress(KuaishouOperation[Done]):
    """Another address for an order. 修改收货地址. The same address twice is the same address."""

    path: ClassVar = "/open/order/address/update"
    page: ClassVar = DOCS.format("open.order.address.update")
    repeat: ClassVar = Repeat.ALWAYS
    order_id: LongId
    consignee: str = Field(repr=False)
    mobile: str = Field(repr=False)
    province_code: int
    province: str
    city_code: int
    city: str
    district_code: int
    district: str
    address: str = Field(repr=False)
    town_code: int | None = None
    town: str | None = None
