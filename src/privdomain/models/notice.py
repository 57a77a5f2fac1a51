"""What a platform told us by itself: a hint about which object has changed, never the object. 消息推送"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from privdomain.models._base import Id, Instant, Model, Raw, Space

__all__ = ["Notice", "NoticeKind"]


class NoticeKind(StrEnum):
    """What a notice is about.

    ``AUTHORIZATION`` is a merchant who gave or withdrew his authorization, ``TICKET`` a secret the platform hands
    over (component_verify_ticket), ``PROBE`` a test of the address. ``OTHER`` is a topic this release does not know.
    """

    ORDER = "order"
    AFTERSALE = "aftersale"
    PRODUCT = "product"
    MEMBER = "member"
    COUPON = "coupon"
    SETTLEMENT = "settlement"
    AUTHORIZATION = "authorization"
    TICKET = "ticket"
    PROBE = "probe"
    OTHER = "other"


class Notice(Model):
    """One thing a platform told us. ``(space, platform, shop_id, key)`` identifies it: the same key is the same notice.

    ```python
    from privdomain.models import Notice, NoticeKind

    told = Notice(
        platform="douyin", shop_id="s1", kind=NoticeKind.ORDER, topic="101", ref="6923", key="m-1",
        raw={"p_id": "6923"},
    )
    assert told.ref == "6923"
    ```
    """

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform."""
    shop_id: str = ""
    """The shop it concerns; empty where the platform does not say, and for notices about the application."""
    app_id: str = ""
    """The application it was sent to."""
    kind: NoticeKind
    """What it is about."""
    topic: Id
    """The platform's own word for it: an event name, a tag."""
    ref: str = ""
    """The order, case or product it is about; to be read again, because a notice may be late or out of order."""
    key: Id
    """The same for every delivery of the same notice."""
    at: Instant | None = None
    """When the platform says it happened."""
    raw: Raw = Field(default_factory=dict)
    """The notice as it was sent, decrypted."""
