"""Something an engine wants the outside world to do: what an outbox row is made of. 意图"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from privdomain.models._base import Id, Instant, Model, Payload, Space, not_before

__all__ = ["Intention"]


class Intention(Model):
    """One effect outside the house, wished once: it may be tried more often, and happens at least once.

    ``(space, target, key)`` identifies it: writing the same intention twice leaves one row.

    ```python
    from privdomain.models import Intention

    wish = Intention(kind="tag.mark/1", target="wecom:corp1", key="tag:c1:vip:3", payload={"tag_id": "vip"})
    assert wish == Intention.model_validate_json(wish.model_dump_json())
    ```
    """

    space: Space = ""
    """The tenant."""
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+/[1-9]\d*$")]
    """What to do, with the version of its payload: ``message.send/1``, ``refund.agree/1`` …"""
    target: Id
    """Where: a platform with its shop, corp or account."""
    key: Id
    """Made from what caused it, so that the same cause gives the same key."""
    subject: Id | None = None
    """What it is about (an order, a case, a SKU): of one target, intentions about one subject are done one after
    another, in the order in which they were written. None for one that waits for no other."""
    payload: Payload = Field(default_factory=dict)
    """What the doer needs: ids only, no name, number or address."""
    not_before: Instant | None = None
    """Not to be done earlier."""
    expires_at: Instant | None = None
    """Worthless later."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        not_before(self.not_before, self.expires_at, names=("not_before", "expires_at"))
        return self
