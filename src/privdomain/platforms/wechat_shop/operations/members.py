"""会员: what the shop's member system tells today, and the calls of the one before it. wechat.md §9"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Limits, NumberPaging, Operation, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.wechat_shop.operations._common import API, DOCS, READ
from privdomain.platforms.wechat_shop.payloads import MemberReply, Members, ScoreFlow, ScoreReply

__all__ = [
    "DecreaseScore",
    "GetMember",
    "GetMemberScore",
    "IncreaseScore",
    "ListMembers",
    "ListScoreFlow",
    "SetMemberGrade",
]

_PAGE = f"{DOCS}/store/shop/guide/marketing/vip {READ}"
_LEGACY = f"{API}/vip/ (wechat.md §9) {READ}"
_GONE = "a call of 视频号小店 of which nobody says whether 微信小店 still answers it"


class GetMember(Operation[MemberReply]):
    """One member's grade; who is none is refused with 10100003. 会员信息"""

    path: ClassVar = "/channels/ec/vip/user/info/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    openid: str


class ListMembers(Operation[Members]):
    """All members with their grades. 会员列表"""

    path: ClassVar = "/channels/ec/vip/user/list/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(
        items="members", sends="page_num", first=1, size="page_size", total="total_num"
    )
    limits: ClassVar = Limits(page_size=200)
    page_num: int = Field(default=1, ge=1)
    page_size: int = Field(default=200, ge=1, le=200)


class GetMemberScore(Operation[ScoreReply]):
    """A member's points. 会员积分; the platform writes the number as text."""

    path: ClassVar = "/channels/ec/vip/user/score/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    openid: str


class ListScoreFlow(Operation[ScoreFlow]):
    """How a member's points came and went. 积分流水"""

    path: ClassVar = "/channels/ec/vip/user/score/flowrecord/get"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(
        items="records", sends="page_num", first=1, size="page_size", total="total_num"
    )
    limits: ClassVar = Limits(page_size=200)
    openid: str
    page_num: int = Field(default=1, ge=1)
    page_size: int = Field(default=200, ge=1, le=200)


class IncreaseScore(Operation[Done]):
    """Give points. 增加积分"""

    path: ClassVar = "/channels/ec/vip/user/score/increase"
    page: ClassVar = _LEGACY
    repeat: ClassVar = Repeat.WITH_KEY("request_id")
    unconfirmed: ClassVar = _GONE
    openid: str
    score: str = Field(pattern=r"^[1-9]\d*$")
    remark: str
    request_id: str


class DecreaseScore(Operation[Done]):
    """Take points. 减少积分"""

    path: ClassVar = "/channels/ec/vip/user/score/decrease"
    page: ClassVar = _LEGACY
    repeat: ClassVar = Repeat.WITH_KEY("request_id")
    unconfirmed: ClassVar = _GONE
    openid: str
    score: str = Field(pattern=r"^[1-9]\d*$")
    remark: str
    request_id: str


class SetMemberGrade(Operation[Done]):
    """Let a member have a grade. 更新用户等级"""

    path: ClassVar = "/channels/ec/vip/user/grade/update"
    page: ClassVar = _LEGACY
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = _GONE
    openid: str
    grade: int = Field(ge=1)
