"""A live room: announced, on air, over, replayed. 直播场次"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Raw, Space, not_before

__all__ = ["LiveFigures", "LiveProduct", "LiveReplay", "LiveSession", "LiveStatus"]


class LiveStatus(StrEnum):
    """未开始, 直播中, 暂停, 已结束, 禁播, 异常, 已过期.

    ``UNKNOWN`` is a state this release does not know; the platform's own word is in ``platform_status``.
    """

    SCHEDULED = "scheduled"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    BANNED = "banned"
    FAILED = "failed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class LiveProduct(Model):
    """One product in the room's basket."""

    product_id: Id
    """The product (SPU)."""
    sku_id: str = ""
    """The variant, where only one is sold."""
    title: str = ""
    """Its name in the room."""
    price: Amount | None = None
    """The price in the room, the lowest of a range."""
    price_to: Amount | None = None
    """The highest of a range."""


class LiveReplay(Model):
    """A recording that can be watched."""

    url: str = Field(repr=False)
    """Where; often a signed address."""
    created_at: Instant | None = None
    """When it was made."""
    expires_at: Instant | None = None
    """When it is gone."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        not_before(self.created_at, self.expires_at, names=("created_at", "expires_at"))
        return self


class LiveFigures(Model):
    """What was counted, at one moment; None for what the platform does not count."""

    at: Instant
    """When it was counted."""
    viewers: int | None = Field(default=None, ge=0)
    """Different people."""
    peak_viewers: int | None = Field(default=None, ge=0)
    """Most people at once."""
    likes: int | None = Field(default=None, ge=0)
    """点赞."""
    comments: int | None = Field(default=None, ge=0)
    """评论."""
    shares: int | None = Field(default=None, ge=0)
    """分享."""
    new_followers: int | None = Field(default=None, ge=0)
    """新增关注."""
    product_clicks: int | None = Field(default=None, ge=0)
    """商品点击."""
    orders: int | None = Field(default=None, ge=0)
    """成交订单."""
    paid: Amount | None = None
    """成交金额."""


class LiveSession(Model):
    """One session of one room. ``(space, platform, session_id)`` identifies it."""

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform."""
    session_id: Id
    """The session, as the platform names it."""
    account_id: str = ""
    """The account that broadcasts."""
    title: str = ""
    """Its name."""
    host: str = Field(default="", repr=False)
    """Who speaks (主播)."""
    status: LiveStatus
    """Where it stands."""
    platform_status: str = ""
    """The platform's own status, as text."""
    planned_start_at: Instant | None = None
    """When it is announced for."""
    planned_end_at: Instant | None = None
    """When it is planned to end."""
    started_at: Instant | None = None
    """When it went on air."""
    ended_at: Instant | None = None
    """When it was over."""
    reservations: int | None = Field(default=None, ge=0)
    """How many people asked to be reminded (预约)."""
    products: tuple[LiveProduct, ...] = ()
    """What is sold in it, in order."""
    replays: tuple[LiveReplay, ...] = ()
    """What can be watched afterwards."""
    figures: LiveFigures | None = None
    """What was counted last."""
    raw: Raw = Field(default_factory=dict)
    """The platform's own payload."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        not_before(self.planned_start_at, self.planned_end_at, names=("planned_start_at", "planned_end_at"))
        not_before(self.started_at, self.ended_at, names=("started_at", "ended_at"))
        return self
