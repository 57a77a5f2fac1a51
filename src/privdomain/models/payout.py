"""Money paid to a person or partner, asked for once, and what became of it. 提现/打款"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Personal, Raw, Space, one_currency

__all__ = ["Payout", "PayoutResult", "PayoutStatus"]


class Payout(Model):
    """One payment to be made. ``(space, request_id)`` identifies it: asking twice with it pays once."""

    space: Space = ""
    """The tenant."""
    request_id: Id
    """Ours; the idempotency key."""
    payee_id: Id
    """Our id of the payee."""
    channel: Id
    """Through what: ``wechat_pay``, ``bank``, ``alipay`` …"""
    account: Personal = ""
    """The payee's account on the channel: an openid, or as the payment provider encrypts it."""
    amount: Amount
    """What leaves our account."""
    fee: Amount | None = None
    """The part of it that the payee does not get."""
    withheld: Amount | None = None
    """The part of it that is kept back for tax."""
    ground: str = Field(min_length=1)
    """What it is paid for, as the payee reads it."""
    entries: tuple[str, ...] = ()
    """Ids of the ledger entries it settles."""
    requested_at: Instant
    """When it was asked for."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.amount:
            raise ValueError("amount is zero; there is nothing to pay out")
        one_currency(self.amount.currency, [("fee", self.fee), ("withheld", self.withheld)])
        kept = sum(part.minor for part in (self.fee, self.withheld) if part is not None)
        if kept > self.amount.minor:
            raise ValueError("fee and withheld together are more than the amount")
        return self


class PayoutStatus(StrEnum):
    """``UNCERTAIN`` was sent without an answer: it is asked about, and not repeated."""

    ACCEPTED = "accepted"
    PAYING = "paying"
    PAID = "paid"
    FAILED = "failed"
    REJECTED = "rejected"
    RETURNED = "returned"
    UNCERTAIN = "uncertain"
    UNKNOWN = "unknown"


class PayoutResult(Model):
    """What a payment provider says about one payout, in an answer or a callback.

    Whoever believes it compares ``request_id``, ``amount`` and ``channel`` with the payout first.
    """

    space: Space = ""
    """The tenant."""
    request_id: Id
    """The payout."""
    channel: Id
    """Through what."""
    status: PayoutStatus
    """What became of it."""
    platform_status: str = ""
    """The provider's own status, as text."""
    amount: Amount
    """The amount the provider speaks of."""
    provider_id: str = ""
    """The provider's own number."""
    code: str = ""
    """Its error code, as text."""
    reason: str = ""
    """What the code means."""
    at: Instant
    """When it said so."""
    raw: Raw = Field(default_factory=dict)
    """Its own answer."""
