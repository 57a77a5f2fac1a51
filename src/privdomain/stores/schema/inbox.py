"""The table of what platforms told us, before and after it was acted upon."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from privdomain.stores._types import SPACE_LENGTH, Document, Id, Instant, Words
from privdomain.stores.schema.tables import metadata

__all__ = ["INBOX"]

_WORD = 32

INBOX = Table(
    "pd_inbox",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("notice_key", Id(), primary_key=True),
    Column("kind", Id(_WORD), nullable=False),
    Column("topic", Id(), nullable=False),
    Column("ref", Id(), nullable=False),
    Column("state", Id(_WORD), nullable=False),
    # while it waits: when its turn comes, which a lease moves on; afterwards: when it was dealt with
    Column("due_at", Instant, nullable=False),
    Column("lease", Id(_WORD), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", Words, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("write_id", Id(_WORD), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_inbox_due", "space", "state", "due_at"),
    Index("pd_inbox_object", "space", "platform", "shop_id", "kind", "ref"),
)
"""One row a notice, however often it was delivered; the notice itself is in ``payload``."""
