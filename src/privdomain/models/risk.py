"""What the watch over fraud says about a person, an order or a binding, as a value other wings receive."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from privdomain.models._base import Id, Instant, Model, Space, not_before

__all__ = ["RiskReason", "Verdict", "VerdictAction"]


class VerdictAction(StrEnum):
    """放行, 人工复核, 拒绝."""

    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"


class RiskReason(Model):
    """One signal that spoke: which, how strongly, on what evidence."""

    code: Id
    """The signal's stable name: ``same_device``, ``closed_ring``, ``velocity`` …"""
    weight: float = Field(ge=0, allow_inf_nan=False)
    """Its part of the score."""
    text: str = ""
    """One sentence for the person who reviews it, without names and numbers of people."""
    evidence: tuple[str, ...] = ()
    """Ids of the orders, bindings or customers it rests on."""


class Verdict(Model):
    """Whether something may go on. A hold or a denial always says why.

    ```python
    from datetime import UTC, datetime
    from privdomain.models import RiskReason, Verdict, VerdictAction

    held = Verdict(
        subject_kind="order", subject_id="A1", action=VerdictAction.HOLD, score=0.8,
        reasons=(RiskReason(code="same_device", weight=0.8, evidence=("A7", "A9")),),
        policy_id="referral-risk", policy_version="2", at=datetime(2026, 11, 11, tzinfo=UTC),
    )
    assert held.action == "hold"
    ```
    """

    space: Space = ""
    """The tenant."""
    subject_kind: Id
    """What it is about: ``customer``, ``order``, ``binding``, ``aftersale`` …"""
    subject_id: Id
    """Which one."""
    action: VerdictAction
    """What to do."""
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    """0 harmless, 1 certain."""
    reasons: tuple[RiskReason, ...] = ()
    """The signals that spoke, strongest first."""
    policy_id: str = ""
    """The policy that combined them."""
    policy_version: str = ""
    """Its version."""
    at: Instant
    """When it was decided."""
    expires_at: Instant | None = None
    """When it has to be decided again."""

    @model_validator(mode="after")
    def _explained(self) -> Self:
        not_before(self.at, self.expires_at, names=("at", "expires_at"))
        if self.action is not VerdictAction.ALLOW and not self.reasons:
            raise ValueError(f"{self.action} without a reason; a hold or a denial always says why")
        return self
