"""Operations on CPS orders (分销). kuaishou.md §10; times are milliseconds, misspelt names the platform's own."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits
from privdomain.platforms._payload import Done
from privdomain.platforms.kuaishou._fields import (
    DOCS,
    KuaishouOperation,
    KuaishouPagedQuery,
    KuaishouQuery,
    LongId,
)
from privdomain.platforms.kuaishou.payloads._base import AnyReply
from privdomain.platforms.kuaishou.payloads._cps import (
    CpsDetailReply,
    CpsOrderPage,
    LeaderOrderPage,
    SellerCpsDetailReply,
    SellerCpsPage,
)

__all__ = [
    "CreateCpsLink",
    "CreateCpsPid",
    "CreateDistributionPlan",
    "GetKwaimoneyOrders",
    "GetPromoterOrder",
    "GetSellerCpsOrder",
    "ListCpsPids",
    "ListDistributorOrders",
    "ListKwaimoneyOrders",
    "ListLeaderOrders",
    "ListSellerCpsOrders",
    "ListThemeItems",
    "UpdateCpsPid",
]

_PAGING = KeyPaging(items="orders", sends="pcursor", receives="pcursor", end="nomore")
_WEEK = Limits(window=timedelta(days=7), kept=timedelta(days=90), page_size=100)


class ListKwaimoneyOrders(KuaishouQuery[CpsOrderPage]):
    """Orders that a 快赚客 promoted; ``cps_order_status`` 0 is all. Dedupe by order and role, the newest wins."""

    path: ClassVar = "/open/distribution/cps/kwaimoney/order/list"
    page: ClassVar = DOCS.format("open.distribution.cps.kwaimoney.order.list")
    paging: ClassVar = _PAGING
    limits: ClassVar = _WEEK
    cps_order_status: int = 0
    page_size: int = Field(default=100, ge=1, le=100)
    sort_type: int = 2
    query_type: int = 2
    begin_time: int
    end_time: int
    pcursor: str = ""


class GetKwaimoneyOrders(KuaishouQuery[CpsDetailReply]):
    """Up to ten orders that a 快赚客 promoted."""

    path: ClassVar = "/open/distribution/cps/kwaimoney/order/detail"
    page: ClassVar = DOCS.format("open.distribution.cps.kwaimoney.order.detail")
    limits: ClassVar = Limits(items=10)
    oid: tuple[LongId, ...] = Field(min_length=1, max_length=10)


class ListDistributorOrders(KuaishouQuery[CpsOrderPage]):
    """Orders that a 达人 promoted."""

    path: ClassVar = "/open/distribution/cps/distributor/order/cursor/list"
    page: ClassVar = DOCS.format("open.distribution.cps.distributor.order.cursor.list")
    paging: ClassVar = _PAGING
    limits: ClassVar = _WEEK
    cps_order_status: int = 0
    page_size: int = Field(default=100, ge=1, le=100)
    sort_type: int = 2
    query_type: int = 2
    begin_time: int
    end_time: int
    pcursor: str = ""


class GetPromoterOrder(KuaishouQuery[AnyReply]):
    """One order that a 达人 promoted, with its ``orderChannel``."""

    path: ClassVar = "/open/distribution/cps/promoter/order/detail"
    page: ClassVar = DOCS.format("open.distribution.cps.promoter.order.detail")
    oid: LongId
    seller_id: LongId


class ListLeaderOrders(KuaishouQuery[LeaderOrderPage]):
    """Orders of a 团长; ``query_type`` 4 is the order's own creation, ``fund_type`` 1 income, 2 expense."""

    path: ClassVar = "/open/distribution/cps/leader/order/cursor/list"
    page: ClassVar = DOCS.format("open.distribution.cps.leader.order.cursor.list")
    paging: ClassVar = _PAGING
    limits: ClassVar = _WEEK
    cps_order_status: int = 0
    pageize: int = Field(default=100, ge=1, le=100)
    """The length of a page: the platform's own spelling."""
    sort_type: int = 2
    query_type: int = 2
    begin_time: int
    end_time: int
    distributor_id: LongId = "0"
    fund_type: int | None = None
    pcursor: str = ""


class ListSellerCpsOrders(KuaishouPagedQuery[SellerCpsPage]):
    """The merchant's own promoted orders; ``type`` 1 all, 2 paid, 3 received, 4 settled, 5 void."""

    path: ClassVar = "/open/seller/order/cps/list"
    page: ClassVar = DOCS.format("open.seller.order.cps.list")
    paging: ClassVar = _PAGING
    limits: ClassVar = Limits(window=timedelta(days=1), kept=timedelta(days=90), page_size=80)
    begin_time: int
    end_time: int
    type: int = 1
    page_size: int = Field(default=80, ge=1, le=80)
    sort: int = 2
    query_type: int = 2


class GetSellerCpsOrder(KuaishouQuery[SellerCpsDetailReply]):
    """One promoted order of the merchant."""

    path: ClassVar = "/open/seller/order/cps/detail"
    page: ClassVar = DOCS.format("open.seller.order.cps.detail")
    order_id: LongId


class CreateCpsLink(KuaishouOperation[AnyReply]):
    """A link for a 快赚客: ``link_type`` 100 a live room, 101 an item; ``comments`` comes back in orders."""

    path: ClassVar = "/open/distribution/cps/kwaimoney/link/create"
    page: ClassVar = DOCS.format("open.distribution.cps.kwaimoney.link.create")
    link_type: int
    link_carrier_id: str
    cps_pid: str
    comments: str | None = None
    gen_poster: bool | None = None


class CreateCpsPid(KuaishouOperation[AnyReply]):
    """A promotion place (推广位)."""

    path: ClassVar = "/open/distribution/cps/kwaimoney/pid/create"
    page: ClassVar = DOCS.format("open.distribution.cps.kwaimoney.pid.create")
    promotion_bit_name: str


class ListCpsPids(KuaishouQuery[AnyReply]):
    """Promotion places."""

    path: ClassVar = "/open/distribution/cps/kwaimoney/pid/list"
    page: ClassVar = DOCS.format("open.distribution.cps.kwaimoney.pid.list")
    page_number: int = Field(default=1, ge=1, alias="page")
    page_size: int = Field(default=20, ge=1)


class UpdateCpsPid(KuaishouOperation[Done]):
    """Another name of a promotion place."""

    path: ClassVar = "/open/distribution/cps/kwaimoney/pid/update"
    page: ClassVar = DOCS.format("open.distribution.cps.kwaimoney.pid.update")
    cps_pid: str
    promotion_bit_name: str


class CreateDistributionPlan(KuaishouOperation[AnyReply]):
    """A plan of the merchant; here ``commission_rate`` is percent from 0 to 90, not ‰."""

    path: ClassVar = "/open/distribution/plan/create"
    page: ClassVar = DOCS.format("open.distribution.plan.create")
    unconfirmed: ClassVar = "which fields say the items of a plan is in no document we have read"
    plan_create_type: str
    commission_rate: int = Field(ge=0, le=90)


class ListThemeItems(KuaishouQuery[AnyReply]):
    """Items of a theme; the path is the platform's own spelling."""

    path: ClassVar = "/open/distribution/cps/promtion/theme/item/list"
    page: ClassVar = DOCS.format("open.distribution.cps.promtion.theme.item.list")
    unconfirmed: ClassVar = "its fields are in no document we have read"
