"""A contact of a person with the brand that may have brought them: the raw material of attribution. 触点"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Raw, Space
from privdomain.models.identity import IdentityKey

__all__ = ["Interaction", "Touchpoint"]


class Interaction(StrEnum):
    """How near the person came; any other text may stand in ``Touchpoint.interaction``."""

    IMPRESSION = "impression"
    VIEW = "view"
    CLICK = "click"
    SCAN = "scan"
    SHARE_OPENED = "share_opened"
    FOLLOW = "follow"
    ADD_CONTACT = "add_contact"
    JOIN_GROUP = "join_group"
    RESERVE = "reserve"
    ENTER_LIVE = "enter_live"
    ENTER_STORE = "enter_store"
    LEAD = "lead"


class Touchpoint(Model):
    """One inbound contact: where, through what, because of whom. ``(space, touchpoint_id)`` identifies it.

    What we send to a person is a `Message`, not a touchpoint.
    """

    space: Space = ""
    """The tenant."""
    touchpoint_id: Id
    """One id for one contact."""
    at: Instant
    """When."""
    interaction: Id
    """A word of `Interaction`, or any other text."""
    channel: Id
    """Where: ``wecom``, ``wechat_channels``, ``douyin``, ``store`` …"""
    customer_id: str = ""
    """Our id of the person, once identity has found it."""
    key: IdentityKey | None = None
    """The key under which the person was seen."""
    account_id: str = ""
    """The brand's account on the channel."""
    staff_id: str = ""
    """The member of staff who was met."""
    campaign: str = ""
    """The campaign (utm_campaign)."""
    medium: str = ""
    """The kind of traffic (utm_medium): ``cpc``, ``organic``, ``referral`` …"""
    content_kind: str = ""
    """Live room, short video, article, product card …"""
    content_id: str = ""
    """Which one of them (utm_content)."""
    term: str = ""
    """The search word (utm_term)."""
    scene: str = ""
    """The platform's scene value."""
    code_id: str = ""
    """The channel code (渠道活码) that was scanned: its ``state``."""
    position_id: str = ""
    """The alliance's promotion position (PID)."""
    promoter_id: str = ""
    """The KOL, talent or 推客 who promoted."""
    referrer_id: str = ""
    """The customer who shared: our id of them."""
    store_id: str = ""
    """The shop floor, for a contact that was not online."""
    shelf_id: str = ""
    """The place on it: counter, receipt, shelf, parcel card."""
    cost: Amount | None = None
    """What this one contact cost, where the channel bills by contact."""
    raw: Raw = Field(default_factory=dict)
    """The platform's own payload."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.customer_id and self.key is None:
            raise ValueError(
                "nobody was met: give the customer_id, or the key under which the person was seen"
            )
        return self
