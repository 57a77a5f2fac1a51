"""The table of what is to be done at platforms."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from privdomain.stores._types import SPACE_LENGTH, Document, Id, Instant, Words
from privdomain.stores.schema.tables import metadata

__all__ = ["OUTBOX"]

_WORD = 32

OUTBOX = Table(
    "pd_outbox",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("target", Id(), primary_key=True),
    Column("key", Id(), primary_key=True),
    Column("kind", Id(), nullable=False),
    Column("subject", Id(), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("payload", Document, nullable=False),
    Column("digest", Id(_WORD), nullable=False),
    Column("write_id", Id(_WORD), nullable=False),
    Column("state", Id(_WORD), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant),
    Column("expires_at", Instant),
    Column("due_at", Instant, nullable=False),
    Column("lease", Id(_WORD), nullable=False),
    Column("leased_until", Instant),
    Column("sent_at", Instant),
    Column("code", Id(), nullable=False),
    Column("sub_code", Id(), nullable=False),
    Column("request_id", Id(), nullable=False),
    Column("reason", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # with the target, or the queue of some targets is found only by reading those of all
    Index("pd_outbox_due", "space", "state", "target", "due_at"),
    Index("pd_outbox_subject", "space", "target", "subject", "state"),
)
"""One row an intention; ``position`` orders those of one subject, ``lease`` names the sending that owns the answer."""
