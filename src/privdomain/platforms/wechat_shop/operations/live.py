"""Live rooms, their figures, and a talent's own orders. wechat.md §11.4, §12.1"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Operation, Repeat
from privdomain.platforms.wechat_shop.operations._common import API, READ
from privdomain.platforms.wechat_shop.payloads import (
    LiveDashboards,
    LiveDataReply,
    LiveNotices,
    LiveRecords,
    TalentOrderReply,
    TalentOrders,
)

__all__ = [
    "GetLiveData",
    "GetTalentOrder",
    "ListDashboardLives",
    "ListLiveNotices",
    "ListLiveRecords",
    "ListTalentOrders",
]

_LIVE = f"{API}/ (wechat.md §12.1) {READ}"
_TALENT = f"{API}/ (wechat.md §11.4) {READ}"


class ListLiveRecords(Operation[LiveRecords]):
    """Live rooms of the shop's account; an order's ``live_id`` is the ``export_id`` of one. 直播列表"""

    path: ClassVar = "/channels/ec/finderlive/getfinderliverecordlist"
    page: ClassVar = _LIVE
    repeat: ClassVar = Repeat.ALWAYS


class ListLiveNotices(Operation[LiveNotices]):
    """Live rooms that are announced. 直播预告列表"""

    path: ClassVar = "/channels/ec/finderlive/getfinderlivenoticerecordlist"
    page: ClassVar = _LIVE
    repeat: ClassVar = Repeat.ALWAYS


class ListDashboardLives(Operation[LiveDashboards]):
    """Live rooms of a day, by ``ds`` (``yyyyMMdd``, as text). 直播大屏列表"""

    path: ClassVar = "/channels/livedashboard/getlivelist"
    page: ClassVar = _LIVE
    repeat: ClassVar = Repeat.ALWAYS
    ds: str = Field(pattern=r"^\d{8}$")


class GetLiveData(Operation[LiveDataReply]):
    """The figures of one live room: texts that hold JSON. 直播大屏数据"""

    path: ClassVar = "/channels/livedashboard/getlivedata"
    page: ClassVar = _LIVE
    repeat: ClassVar = Repeat.ALWAYS
    export_id: str


class ListTalentOrders(Operation[TalentOrders]):
    """Orders that a talent brought; wants the token of the talent's own account. 达人订单列表"""

    path: ClassVar = "/channels/ec/talent/get_order_list"
    page: ClassVar = _TALENT
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = "what it takes is told by one secondary source"
    page_size: int = Field(default=10, ge=1)
    next_key: str = ""


class GetTalentOrder(Operation[TalentOrderReply]):
    """One order of a talent; the unit of its expected settlement (元 or 分) is not settled. 达人订单详情"""

    path: ClassVar = "/channels/ec/talent/get_order_detail"
    page: ClassVar = _TALENT
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = "whether its expected settlement is in 元 or in 分 is told in two ways"
    order_id: str
    sku_id: str | None = None
