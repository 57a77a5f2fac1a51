"""Rows of CPS orders (分销). kuaishou.md §10

Rates are ‰ and amounts 分, but two amounts of a 团长 row are 1/1000 分. ``cps_order_status``: 30 已付款, 40 已发货
(since 2024-10), 50 已收货, 60 已结算, 80 已失效. Misspelt names are the platform's own.
"""

from __future__ import annotations

from pydantic import AliasChoices, Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Whole
from privdomain.platforms.kuaishou._fields import KuaishouPayload, MilliTime

__all__ = [
    "CpsDetailReply",
    "CpsOrder",
    "CpsOrderPage",
    "CpsOrderPageData",
    "CpsProduct",
    "CpsRefund",
    "LeaderOrder",
    "LeaderOrderPage",
    "LeaderOrderPageData",
    "SellerCpsDetailReply",
    "SellerCpsOrder",
    "SellerCpsPage",
    "SellerCpsPageData",
]


_ROWS = AliasChoices("orderList", "orderView", "orderInfoList")
"""What the lists call their rows: 快赚客, 达人 and 团长, merchant. Where none of them is there, a page is no page."""


class CpsProduct(KuaishouPayload):
    """One product of a promoted order."""

    item_id: OptionalId = ""
    item_title: str = ""
    item_price: Minor = 0
    num: Whole = 0
    estimated_income: Whole = 0
    commission_rate: Whole = 0
    payment_fee: Minor = 0
    cps_pid: OptionalId = ""
    seller_id: OptionalId = ""
    cps_type: Whole = 0
    comments: str = ""
    service_income: Whole = 0
    excitation_in_come: Whole = 0
    """Written ``excitationInCome`` by the platform."""


class CpsRefund(KuaishouPayload):
    """What was refunded of it."""

    start_refund_time: MilliTime = 0
    end_refund_time: MilliTime = 0
    refund_fee: Minor = 0
    refund_status: Whole = 0


class CpsOrder(KuaishouPayload):
    """A row of a 快赚客 or 达人. ``share_rate_str`` may be 计算中: ask again later."""

    oid: IdText
    cps_order_status: Whole
    order_create_time: MilliTime = 0
    pay_time: MilliTime = 0
    create_time: MilliTime = 0
    update_time: MilliTime = 0
    send_time: MilliTime = 0
    send_status: Whole = 0
    recv_time: MilliTime = 0
    order_trade_amount: Minor = 0
    base_amount: Minor = 0
    share_rate_str: str = ""
    settlement_amount: Whole = 0
    settlement_success_time: MilliTime = 0
    settlement_biz_type: Whole = 0
    cps_kwaimoney_order_product_view: tuple[CpsProduct, ...] = ()
    cps_order_product_view: tuple[CpsProduct, ...] = ()
    order_refund_info: tuple[CpsRefund, ...] = ()

    @property
    def products(self) -> tuple[CpsProduct, ...]:
        """The products, whichever of the two names they came under."""
        return self.cps_kwaimoney_order_product_view or self.cps_order_product_view


class CpsOrderPageData(KuaishouPayload):
    """A page of rows; ``pcursor`` is ``nomore`` at the end."""

    rows: tuple[CpsOrder, ...] | None = Field(validation_alias=_ROWS)
    pcursor: str = ""


class CpsOrderPage(KuaishouPayload):
    """The answer of the lists of 快赚客 and 达人."""

    data: CpsOrderPageData

    @property
    def orders(self) -> tuple[CpsOrder, ...]:
        """The rows."""
        return self.data.rows or ()

    @property
    def pcursor(self) -> str:
        """The key of the next page."""
        return self.data.pcursor


class CpsDetailReply(KuaishouPayload):
    """Rows asked for by their ids."""

    data: tuple[CpsOrder, ...] = ()


class LeaderOrder(KuaishouPayload):
    """A row of a 团长; ``fund_type`` 1 is income, 2 expense."""

    oid: IdText
    cps_order_status: Whole
    update_time: MilliTime = 0
    fund_type: Whole = 0
    activity_id: OptionalId = ""
    regimental_promotion_rate: Whole = 0
    regimental_promotion_amount: Whole = 0
    """In 1/1000 分: 1000 is one 分."""
    expend_estimate_settle_amount: Whole = 0
    """In 1/1000 分."""
    expend_regimental_settle_amount: Whole = 0
    expend_regimental_promotion_rate: Whole = 0
    settlement_amount: Whole = 0


class LeaderOrderPageData(KuaishouPayload):
    """A page of rows."""

    rows: tuple[LeaderOrder, ...] | None = Field(validation_alias=_ROWS)
    pcursor: str = ""


class LeaderOrderPage(KuaishouPayload):
    """The answer of open.distribution.cps.leader.order.cursor.list."""

    data: LeaderOrderPageData

    @property
    def orders(self) -> tuple[LeaderOrder, ...]:
        """The rows."""
        return self.data.rows or ()

    @property
    def pcursor(self) -> str:
        """The key of the next page."""
        return self.data.pcursor


class SellerCpsOrder(KuaishouPayload):
    """A row of the merchant; ``total_fee`` is what was paid without freight."""

    oid: IdText
    status: Whole = 0
    total_fee: Minor = 0
    commission_rate: Whole = 0
    estimated_income: Whole = 0
    platform_dp_rate: Whole = 0
    investment_promotion_rate: Whole = 0
    investment_promotion_amount: Whole = 0
    update_time: MilliTime = 0
    settlement_time: MilliTime = 0
    refund_time: MilliTime = 0


class SellerCpsPageData(KuaishouPayload):
    """A page of rows."""

    rows: tuple[SellerCpsOrder, ...] | None = Field(validation_alias=_ROWS)
    pcursor: str = ""


class SellerCpsPage(KuaishouPayload):
    """The answer of open.seller.order.cps.list."""

    data: SellerCpsPageData

    @property
    def orders(self) -> tuple[SellerCpsOrder, ...]:
        """The rows."""
        return self.data.rows or ()

    @property
    def pcursor(self) -> str:
        """The key of the next page."""
        return self.data.pcursor


class SellerCpsDetailReply(KuaishouPayload):
    """The answer of open.seller.order.cps.detail."""

    data: SellerCpsOrder
