"""What a person allowed or refused, as they said it. 同意记录

Records are appended, never changed: the state of a person is their replay, and a refusal wins over an earlier yes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Id, Instant, Model, Personal, Space, not_before

__all__ = ["Consent", "ConsentDecision", "ConsentGiver"]


class ConsentDecision(StrEnum):
    """同意, 拒绝, 撤回."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentGiver(StrEnum):
    """Who decided: the person, or under 14 a guardian."""

    SELF = "self"
    GUARDIAN = "guardian"


class Consent(Model):
    """One decision of one person about one purpose on one channel.

    ```python
    from datetime import UTC, datetime
    from privdomain.models import Consent, ConsentDecision

    said = Consent(
        consent_id="k1", customer_id="c1", purpose="marketing", channel="sms", decision=ConsentDecision.GRANTED,
        text_version="2026-05", at=datetime(2026, 11, 1, tzinfo=UTC), evidence="form 17",
    )
    assert said.channel == "sms"
    ```
    """

    space: Space = ""
    """The tenant."""
    consent_id: Id
    """One id for one decision."""
    customer_id: Id
    """Our id of the person."""
    purpose: Id
    """What for: ``marketing``, ``profiling``, ``research`` …"""
    channel: str = ""
    """Through what; empty means every channel."""
    decision: ConsentDecision
    """What was decided."""
    given_by: ConsentGiver = ConsentGiver.SELF
    """Who decided."""
    guardian_id: str = ""
    """Our id of the guardian, where one decided."""
    text_version: str = ""
    """Which text the person saw."""
    at: Instant
    """When."""
    expires_at: Instant | None = None
    """When a yes ends by itself; None where it does not."""
    source: str = ""
    """Where it was said: form, chat, unsubscribe link, platform event."""
    evidence: Personal = Field(default="")
    """A reference to the proof."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        not_before(self.at, self.expires_at, names=("at", "expires_at"))
        if self.decision is ConsentDecision.GRANTED and not self.text_version:
            raise ValueError("a yes says to which text: text_version is empty")
        if self.decision is not ConsentDecision.GRANTED and self.expires_at is not None:
            raise ValueError("a refusal does not expire; expires_at belongs to a yes")
        if (self.given_by is ConsentGiver.GUARDIAN) != bool(self.guardian_id):
            raise ValueError("guardian_id is given when a guardian decided, and only then")
        return self
