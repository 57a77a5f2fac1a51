"""会员通, a brand's members inside 抖店. douyin.md A9. Batches are tiny, and access is directed.

Points are sent times 100, as a whole number: 100 is one point, -111 is -1.11 points.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Limits, Repeat
from privdomain.platforms._payload import Json, OptionalId, Payload, Whole
from privdomain.platforms.douyin.operations._base import DouyinOperation, Part
from privdomain.platforms.douyin.operations.orders import Open

__all__ = [
    "GetMembers",
    "GetShopShortLink",
    "HistoryUnionIds",
    "ListMembers",
    "MemberChange",
    "MemberInfo",
    "MemberList",
    "Members",
    "OpenIdsByUnionId",
    "OpenIdsReply",
    "ShortLink",
    "UnionIdMap",
    "UnionIdsByOpenId",
    "UnionIdsReply",
    "UpdateMembers",
]

_READ = "(read 2026-11-24)"
_SLASHED = r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}$"


class MemberList(Payload):
    """A page of members, as they came."""

    model_config = Payload.model_config | {"extra": "allow"}


class ListMembers(DouyinOperation[MemberList]):
    """The shop's members; times are text with slashes, in Beijing time. Which number the first page has is unknown."""

    path: ClassVar = "/member/searchList"
    page: ClassVar = f"op.jinritemai.com member.searchList, douyin.md A9 [S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(page_size=50)
    unconfirmed: ClassVar = "whether pages count from 0 or 1, and the fields of the answer, are not known"
    app_id: int
    start_time: str = Field(pattern=_SLASHED)
    end_time: str = Field(pattern=_SLASHED)
    page_number: int = Field(ge=0, serialization_alias="page")
    size: int = Field(default=50, ge=1, le=50)


class MemberChange(Part):
    """What a member becomes; a brand's member is named by ``union_id``."""

    open_id: str | None = None
    union_id: str | None = None
    mobile: str | None = Field(default=None, repr=False)
    level: int | None = None
    unbind: bool | None = None
    point_cent: int | None = Field(default=None, serialization_alias="pointCent")


class UpdateMembers(DouyinOperation[Open]):
    """Set grade and points of up to five members: values, not differences, so a repetition changes nothing."""

    path: ClassVar = "/member/batchUpdate"
    page: ClassVar = f"op.jinritemai.com member.batchUpdate, douyin.md A9 [S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=5)
    app_id: int
    member_info_list: tuple[MemberChange, ...] = Field(min_length=1, max_length=5)


class MemberInfo(Payload):
    """One member, if ``success``; ``mobile`` is plain only after a paid order in the last 90 days."""

    success: bool = False
    open_id: OptionalId = ""
    union_id: OptionalId = ""
    mobile: str = ""
    mix_mobile: str = ""
    level: Whole = 0
    point_cent: Whole = 0
    err_code: Whole = 0
    err_msg: str = ""


class Members(Payload):
    """Members, each with its own error."""

    member_infos: tuple[MemberInfo, ...] = ()


class GetMembers(DouyinOperation[Members]):
    """Up to ten members by their open_id."""

    path: ClassVar = "/member/mGetMemberInfoByOpenIdList"
    page: ClassVar = f"op.jinritemai.com member.mGetMemberInfoByOpenIdList, douyin.md A9 [S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=10)
    app_id: int
    open_id_list: tuple[str, ...] = Field(min_length=1, max_length=10)


class UnionIdsReply(Payload):
    """What was found for each open_id, as it came."""

    union_id_infos: tuple[Json, ...] = ()


class HistoryUnionIds(DouyinOperation[UnionIdsReply]):
    """The union_ids of up to twenty members from before the brand was set up."""

    path: ClassVar = "/member/batchGetHistoryMemberUnionId"
    page: ClassVar = f"op.jinritemai.com member.batchGetHistoryMemberUnionId, douyin.md A9 [S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=20)
    app_id: int
    open_id_list: tuple[str, ...] = Field(min_length=1, max_length=20)


class UnionIdMap(Payload):
    """open_id → union_id."""

    union_id_info: dict[str, str] = Field(default_factory=dict)


class UnionIdsByOpenId(DouyinOperation[UnionIdMap]):
    """The union_ids of members."""

    path: ClassVar = "/member/batchGetUnionIdByOpenIdList"
    page: ClassVar = f"op.jinritemai.com member.batchGetUnionIdByOpenIdList, douyin.md A9 [S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    app_id: int
    open_id_list: tuple[str, ...] = Field(min_length=1)


class OpenIdsReply(Payload):
    """What was found for each union_id, as it came."""

    open_ids_info_list: tuple[Json, ...] = ()


class OpenIdsByUnionId(DouyinOperation[OpenIdsReply]):
    """The open_ids of up to ten union_ids, shop by shop; one bad id fails them all."""

    path: ClassVar = "/member/batchGetOpenIdListByUnionId"
    page: ClassVar = f"op.jinritemai.com member.batchGetOpenIdListByUnionId, douyin.md A9 [S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=10)
    union_id_list: tuple[str, ...] = Field(min_length=1, max_length=10)


class ShortLink(Payload):
    """The link."""

    short_link: str = ""


class GetShopShortLink(DouyinOperation[ShortLink]):
    """A short link into the shop: 1 the member center, 2 the talent's page, 3 the shop's front page."""

    path: ClassVar = "/member/getShopShortLink"
    page: ClassVar = f"op.jinritemai.com member.getShopShortLink, douyin.md A9 [S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    link_type: int = Field(ge=1)
    product_id: str | None = None
    order_id: str | None = None
    coupon_meta_id: str | None = None
