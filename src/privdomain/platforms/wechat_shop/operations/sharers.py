"""分享员. The platform calls the family obsolete since 2025-03-07; orders still name the sharer. wechat.md §10

What commissions are paid by today is the promoter model (推客), which an agency's account talks, not a shop's.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Limits, Operation, Repeat
from privdomain.platforms.wechat_shop.operations._common import API, READ
from privdomain.platforms.wechat_shop.payloads import (
    SharerBound,
    SharerOrders,
    SharerReply,
    Sharers,
    SharersUnbound,
)

__all__ = ["BindSharer", "FindSharer", "ListSharerOrders", "ListSharers", "UnbindSharers"]

_PAGE = f"{API}/sharer/ (wechat.md §10) {READ}"


class BindSharer(Operation[SharerBound]):
    """A code that a person scans to become a sharer; it lives 15 days. 绑定分享员 (obsolete since 2025-03-07)"""

    path: ClassVar = "/channels/ec/sharer/bind"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.NEVER
    username: str | None = None


class FindSharer(Operation[SharerReply]):
    """One sharer, by openid or by WeChat id. 查询分享员 (obsolete since 2025-03-07)"""

    path: ClassVar = "/channels/ec/sharer/search_sharer"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    openid: str | None = None
    username: str | None = None


class ListSharers(Operation[Sharers]):
    """Sharers; ``sharer_type`` 0 is a person, 1 the shop. 分享员列表 (obsolete since 2025-03-07)

    A reply does not say how many there are: the last page is the one that is not full.
    """

    path: ClassVar = "/channels/ec/sharer/get_sharer_list"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(page_size=100)
    page_no: int = Field(default=1, ge=1, serialization_alias="page")
    page_size: int = Field(default=100, ge=1, le=100)
    sharer_type: int | None = None


class ListSharerOrders(Operation[SharerOrders]):
    """Orders that sharers brought; ``openid`` is text like every other. 分享员订单 (obsolete since 2025-03-07)"""

    path: ClassVar = "/channels/ec/sharer/get_sharer_order_list"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(page_size=100)
    openid: str | None = None
    share_scene: int | None = None
    start_time: int | None = None
    end_time: int | None = None
    page_no: int = Field(default=1, ge=1, serialization_alias="page")
    page_size: int = Field(default=100, ge=1, le=100)


class UnbindSharers(Operation[SharersUnbound]):
    """Let people share no longer. 解绑分享员 (obsolete since 2025-03-07)"""

    path: ClassVar = "/channels/ec/sharer/unbind"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    openid_list: tuple[str, ...] = Field(min_length=1)
