"""What was said to customers and what became of it, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from privdomain.frames._backend import Backend
from privdomain.frames._build import NO_MONEY, build, micros, or_none, records
from privdomain.frames.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from privdomain.calendar import Zone
    from privdomain.models import Message, MessageReceipt

__all__ = ["MESSAGES", "messages"]

_OUT: Final = frozenset({"accepted", "sent", "delivered", "read", "uncertain"})
"""The states in which a message has left the house, or may have: what a cap on messages counts."""

MESSAGES: Final = Schema(
    "messages",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("message_id", Kind.STRING, "the message"),
        Column("channel", Kind.STRING, "through what"),
        Column("account_id", Kind.STRING, "the brand's account that sends", nullable=True),
        Column("staff_id", Kind.STRING, "the member of staff in whose name", nullable=True),
        Column("kind", Kind.STRING, "transactional, care or marketing"),
        Column("purpose", Kind.STRING, "what for"),
        Column("customer_id", Kind.STRING, "to whom, as we name them"),
        Column("template_id", Kind.STRING, "the channel's template", nullable=True),
        Column("campaign", Kind.STRING, "the campaign", nullable=True),
        Column("variant_id", Kind.STRING, "which wording", nullable=True),
        Column("journey_id", Kind.STRING, "the journey", nullable=True),
        Column("node_id", Kind.STRING, "the step of the journey", nullable=True),
        Column(
            "status", Kind.STRING, "what became of it by the last receipt; null without one", nullable=True
        ),
        Column("status_at", Kind.INSTANT, "when the last receipt was given", "UTC", nullable=True),
        Column(
            "sent_at",
            Kind.INSTANT,
            "when it first left the house, or may have; null when it did not",
            "UTC",
            nullable=True,
        ),
        Column("read_at", Kind.INSTANT, "when it was first read", "UTC", nullable=True),
        Column("code", Kind.STRING, "the last receipt's error code", nullable=True),
        Column(
            "cost_minor", Kind.INT, "what it cost, by the last receipt", "minor", nullable=True, minimum=0
        ),
        Column("currency", Kind.STRING, "the cost's currency", "ISO 4217", nullable=True),
        Column("sent_date", Kind.DATE, "day of sent_at, in the business zone", "local day", nullable=True),
    ),
    doc="One row per outbound message, with what its receipts say together.",
    key=("space", "message_id"),
)


def messages(
    messages: Iterable[Message],
    *,
    receipts: Iterable[MessageReceipt] = (),
    zone: Zone = "Asia/Shanghai",
    backend: Backend = "polars",
) -> Any:  # the frame's type is the backend's
    """A frame of `MESSAGES`, one row per message; receipts of other messages are left out.

    ``zone`` decides on which local day a message was sent. What was sent without an answer counts as sent, because
    it may have arrived.
    """
    from privdomain.models import MessageReceipt  # noqa: PLC0415  (the door loads no models)

    of: dict[tuple[str, str], list[MessageReceipt]] = {}
    for receipt in records(receipts, MessageReceipt, of="frames.messages(receipts=)"):
        of.setdefault((receipt.space, receipt.message_id), []).append(receipt)
    return build(MESSAGES, _rows(messages, of), days={"sent_date": ("sent_at",)}, zone=zone, backend=backend)


def _rows(
    messages: Iterable[Message], of: Mapping[tuple[str, str], list[MessageReceipt]]
) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Message  # noqa: PLC0415  (the door loads no models)

    for message in records(messages, Message, of="frames.messages"):
        # sorted is stable: of two receipts of one instant the one given later is the last
        told = sorted(of.get((message.space, message.message_id), ()), key=lambda receipt: receipt.at)
        last = told[-1] if told else None
        sent = next((receipt.at for receipt in told if receipt.status.value in _OUT), None)
        read = next((receipt.at for receipt in told if receipt.status.value == "read"), None)
        cost = last.cost if last is not None else None
        yield (
            message.space,
            message.message_id,
            message.channel,
            or_none(message.account_id),
            or_none(message.staff_id),
            message.kind.value,
            message.purpose,
            message.customer_id,
            or_none(message.template_id),
            or_none(message.campaign),
            or_none(message.variant_id),
            or_none(message.journey_id),
            or_none(message.node_id),
            last.status.value if last is not None else None,
            micros(last.at if last is not None else None),
            micros(sent),
            micros(read),
            or_none(last.code) if last is not None else None,
            *(NO_MONEY if cost is None else (cost.minor, cost.currency)),
        )
