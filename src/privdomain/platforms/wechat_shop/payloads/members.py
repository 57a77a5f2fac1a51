"""会员. wechat.md §9"""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import OptionalId, Payload, UnixTime, Whole

__all__ = [
    "MemberGrade",
    "MemberInfo",
    "MemberReply",
    "Members",
    "ScoreFlow",
    "ScoreInfo",
    "ScoreRecord",
    "ScoreReply",
]


class MemberGrade(Payload):
    """A member's grade, up to 10."""

    grade: Whole = 0
    experience_value: Whole = 0


class MemberInfo(Payload):
    """One member."""

    openid: OptionalId = ""
    unionid: OptionalId = ""
    user_grade_info: MemberGrade = Field(default_factory=MemberGrade)


class MemberReply(Payload):
    """The answer of vip/user/info/get."""

    info: MemberInfo


class Members(Payload):
    """The answer of vip/user/list/get."""

    members: tuple[MemberInfo, ...] = Field(default=(), validation_alias="list")
    total_num: Whole = 0


class ScoreInfo(Payload):
    """A member's points: text at the platform, a number here."""

    score: Whole


class ScoreReply(Payload):
    """The answer of vip/user/score/get."""

    info: ScoreInfo


class ScoreRecord(Payload):
    """Points that came (positive) or went (negative)."""

    score: Whole
    source: OptionalId = ""
    remark: str = ""
    create_time: UnixTime = 0


class ScoreFlow(Payload):
    """The answer of vip/user/score/flowrecord/get."""

    records: tuple[ScoreRecord, ...] = Field(default=(), validation_alias="list")
    total_num: Whole = 0
