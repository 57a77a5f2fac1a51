"""What the order APIs answer. kuaishou.md §5; amounts are 分, times milliseconds."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Gt
from pydantic import Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Whole
from privdomain.platforms.kuaishou._fields import KuaishouPayload, MilliTime

__all__ = [
    "FeeBearer",
    "FeeDetail",
    "FeeReply",
    "MarketingFee",
    "OrderAddress",
    "OrderBaseInfo",
    "OrderCpsInfo",
    "OrderDeliveryInfo",
    "OrderItemInfo",
    "OrderLogistics",
    "OrderPage",
    "OrderPageData",
    "OrderPayload",
    "OrderRefund",
    "OrderReply",
    "OrderStep",
    "OrderStepInfo",
    "SellerRole",
    "SubOrder",
    "SubOrderBase",
]


class SellerRole(KuaishouPayload):
    """Who sold: 1 货主, 2 达人, 3 授权号."""

    role_type: Whole = 0
    role_id: OptionalId = ""


class OrderBaseInfo(KuaishouPayload):
    """The order itself. ``total_fee`` is the goods' total, freight apart; a ``risk_code`` of 10001 is suspicious."""

    oid: IdText
    status: Whole
    create_time: Annotated[MilliTime, Gt(0)]
    update_time: MilliTime = 0
    pay_time: MilliTime = 0
    send_time: MilliTime = 0
    recv_time: MilliTime = 0
    buyer_open_id: IdText
    buyer_nick: str = ""
    express_fee: Minor = 0
    discount_fee: Minor = 0
    total_fee: Minor
    remark: str = ""
    cps_type: Whole = 0
    pay_type: Whole = 0
    risk_code: Whole = 0
    disable_delivery_reason_code: tuple[Whole, ...] = ()
    """Why it must wait: 1 拼团中, 2 支付后风控. While there is one, the address is absent."""
    valid_promise_shipment_time_stamp: Whole | None = None
    """By when it is promised to be shipped; 0 says that it cannot be shipped."""
    order_seller_role_info: SellerRole = Field(default_factory=SellerRole)


class OrderItemInfo(KuaishouPayload):
    """What was bought: one SKU. ``price`` is of one unit."""

    item_id: IdText
    sku_id: IdText
    sku_nick: str = ""
    sku_desc: str = ""
    item_title: str = ""
    num: Annotated[Whole, Ge(1)]
    price: Minor = 0


class OrderRefund(KuaishouPayload):
    """One after-sale case of the order, the newest first."""

    refund_id: OptionalId = ""
    refund_status: Whole = 0


class OrderLogistics(KuaishouPayload):
    """One parcel."""

    express_no: OptionalId = ""
    express_code: OptionalId = ""
    logistics_id: OptionalId = ""


class OrderAddress(KuaishouPayload):
    """Where it goes, encrypted and masked; empty ciphers mean that it must not be shipped."""

    encrypted_consignee: str = ""
    encrypted_mobile: str = ""
    encrypted_address: str = ""
    desensitise_consignee: str = ""
    desensitise_mobile: str = ""
    desensitise_address: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""


class OrderStep(KuaishouPayload):
    """One payment of a deposit presale: 1 定金, 2 尾款."""

    pay_step_no: Whole = 0
    pay_step_status: Whole = 0
    payment_fee: Minor = 0
    pay_time: MilliTime = 0


class OrderStepInfo(KuaishouPayload):
    """The payments of a deposit presale."""

    order_payment_steps: tuple[OrderStep, ...] = ()


class OrderCpsInfo(KuaishouPayload):
    """Who promoted the sale."""

    distributor_id: OptionalId = ""
    distributor_name: str = ""


class OrderDeliveryInfo(KuaishouPayload):
    """How much has been shipped: ``delivery_num`` is the item's number once everything is."""

    delivery_num: Whole = 0
    total_package_num: Whole = 0
    max_package_num: Whole = 0


class SubOrderBase(KuaishouPayload):
    """The order of a gift."""

    oid: IdText
    status: Whole = 0


class SubOrder(KuaishouPayload):
    """What came with the order; ``sub_order_type`` 2 is a gift (赠品)."""

    sub_order_base_info: SubOrderBase
    sub_order_item_info: OrderItemInfo
    sub_order_type: Whole = 0


class OrderPayload(KuaishouPayload):
    """One order of one SKU: ``order_item_info`` is one object, gifts are in ``sub_order_info``."""

    order_base_info: OrderBaseInfo
    order_item_info: OrderItemInfo
    order_refund_list: tuple[OrderRefund, ...] = ()
    order_logistics_info: tuple[OrderLogistics, ...] = ()
    order_address: OrderAddress = Field(default_factory=OrderAddress)
    order_step_info: OrderStepInfo = Field(default_factory=OrderStepInfo)
    order_cps_info: OrderCpsInfo = Field(default_factory=OrderCpsInfo)
    order_delivery_info: OrderDeliveryInfo = Field(default_factory=OrderDeliveryInfo)
    sub_order_info: tuple[SubOrder, ...] = ()
    carrier_type: Whole = 0
    """Where the buyer was: 1 短视频, 2 直播间, 10008 搜索 …; only in a detail."""
    carrier_id: OptionalId = ""
    privacy_info_auth_status: Whole = 0


class OrderReply(KuaishouPayload):
    """The answer of open.order.detail."""

    data: OrderPayload


class OrderPageData(KuaishouPayload):
    """A page of orders, and the key of the next one: ``nomore`` at the end."""

    order_list: tuple[OrderPayload, ...] = ()
    cursor: str = ""


class OrderPage(KuaishouPayload):
    """The answer of open.order.cursor.list."""

    data: OrderPageData = Field(default_factory=OrderPageData)

    @property
    def order_list(self) -> tuple[OrderPayload, ...]:
        """The orders."""
        return self.data.order_list

    @property
    def cursor(self) -> str:
        """The key of the next page."""
        return self.data.cursor


class FeeBearer(KuaishouPayload):
    """Who bears a reduction: 1 商家, 2 平台, 3 主播, 4 储值金."""

    bearer: Whole = 0
    bear_amount: Minor = 0


class MarketingFee(KuaishouPayload):
    """One reduction; ``type`` and ``sub_type`` are the platform's numbers of its kind."""

    type: Whole = 0
    sub_type: Whole = 0
    discount_fee: Minor = 0
    bear_info_list: tuple[FeeBearer, ...] = ()


class FeeDetail(KuaishouPayload):
    """Who paid what: ``seller_recv`` is goods and freight, ``buyer_pay`` the same less what the platform bears."""

    total_fee: Minor = 0
    express_fee: Minor = 0
    seller_recv: Minor = 0
    buyer_pay: Minor = 0
    discount_fee: Minor = 0
    platform_bear_amount: Minor = 0
    platform_allowance: Minor = 0
    marketing_info_outers: tuple[MarketingFee, ...] = ()


class FeeReply(KuaishouPayload):
    """The answer of open.seller.order.fee.detail."""

    data: FeeDetail
