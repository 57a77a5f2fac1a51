"""What we say to a person, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Personal, Raw, Space, not_before
from privdomain.models.identity import IdentityKey

__all__ = ["Attachment", "AttachmentKind", "Message", "MessageKind", "MessageReceipt", "MessageStatus"]


class MessageKind(StrEnum):
    """Which rules a message is under: only ``MARKETING`` needs consent to marketing and counts towards its caps."""

    TRANSACTIONAL = "transactional"
    CARE = "care"
    MARKETING = "marketing"


class AttachmentKind(StrEnum):
    """What may hang on a message; any other text may stand in ``Attachment.kind``."""

    IMAGE = "image"
    VIDEO = "video"
    FILE = "file"
    LINK = "link"
    MINIPROGRAM = "miniprogram"
    PRODUCT = "product"
    COUPON = "coupon"


class Attachment(Model):
    """A picture, a link, a mini-program card."""

    kind: Id
    """A word of `AttachmentKind`, or any other text."""
    title: str = ""
    """What the card says."""
    description: str = ""
    """The line below it."""
    url: str = Field(default="", repr=False)
    """Where it leads; may carry the person's own code."""
    media_id: str = ""
    """The channel's id of an uploaded file."""
    app_id: str = ""
    """The mini program."""
    page: str = Field(default="", repr=False)
    """The page in it."""


class Message(Model):
    """One message to one person through one channel. ``(space, message_id)`` identifies it.

    ``message_id`` is also what makes a repeated send recognisable, on channels that take such a key.

    ```python
    from privdomain.models import IdentityKey, Message, MessageKind

    hello = Message(
        message_id="m1", channel="wecom", kind=MessageKind.CARE, purpose="replenishment", customer_id="c1",
        to=IdentityKey(kind="external_userid", value="wm1", scope="corp1"), text="王女士，您的咖啡快喝完了",
    )
    assert "王女士" not in repr(hello)
    ```
    """

    space: Space = ""
    """The tenant."""
    message_id: Id
    """Ours; also the idempotency key."""
    channel: Id
    """Through what: ``wecom``, ``wechat_official``, ``wechat_miniprogram``, ``sms`` …"""
    account_id: str = ""
    """The brand's account that sends."""
    staff_id: str = ""
    """The member of staff in whose name it goes out."""
    kind: MessageKind
    """Which rules it is under."""
    purpose: Id
    """What for; what a `Consent` is asked about."""
    customer_id: Id
    """Our id of the person."""
    to: IdentityKey
    """Their address on the channel."""
    text: Personal = ""
    """What it says; may name the person."""
    template_id: str = ""
    """The channel's approved template, where it wants one."""
    fields: tuple[tuple[str, str], ...] = Field(default=(), repr=False)
    """The template's fields and what to fill in."""
    attachments: tuple[Attachment, ...] = ()
    """What hangs on it."""
    campaign: str = ""
    """The campaign it belongs to."""
    variant_id: str = ""
    """Which wording, in a test."""
    journey_id: str = ""
    """The journey it belongs to."""
    node_id: str = ""
    """The step of the journey."""
    not_before: Instant | None = None
    """Not to be sent earlier."""
    expires_at: Instant | None = None
    """Worthless later: to be dropped, not sent."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        not_before(self.not_before, self.expires_at, names=("not_before", "expires_at"))
        if not (self.text or self.template_id or self.attachments):
            raise ValueError("the message says nothing: give text, a template_id or attachments")
        if self.fields and not self.template_id:
            raise ValueError("fields fill in a template; give its template_id")
        return self


class MessageStatus(StrEnum):
    """What became of a send.

    ``AWAITING_STAFF`` is a task that a member of staff must confirm (企业微信群发). ``UNCERTAIN`` was sent without
    an answer: it may have arrived, and is not repeated by itself.
    """

    ACCEPTED = "accepted"
    AWAITING_STAFF = "awaiting_staff"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    UNKNOWN = "unknown"


class MessageReceipt(Model):
    """What a channel says about one message, at one moment. A later receipt of the same message adds to it."""

    space: Space = ""
    """The tenant."""
    message_id: Id
    """The message."""
    channel: Id
    """Through what."""
    status: MessageStatus
    """What became of it."""
    platform_status: str = ""
    """The channel's own status, as text."""
    at: Instant
    """When the channel said so."""
    platform_message_id: str = ""
    """The channel's own id of the message."""
    code: str = ""
    """The channel's error code, as text."""
    reason: str = ""
    """What the code means."""
    retry_at: Instant | None = None
    """When the quota that refused it ends; None where repeating is not a matter of time."""
    cost: Amount | None = None
    """What it cost, where the channel bills by message."""
    raw: Raw = Field(default_factory=dict)
    """The channel's own answer."""
