"""EDGE: facts and decisions in SQL databases (SQLite, PostgreSQL, MariaDB, MySQL)."""

from privdomain.stores._kept import (
    KeptToken,
)
from privdomain.stores._upsert import (
    UpsertCounts,
)
from privdomain.stores.checkpoints import (
    Checkpoint,
    Checkpoints,
)
from privdomain.stores.dead_letters import (
    DeadLetter,
    DeadLetters,
)
from privdomain.stores.facts import (
    FactStore,
    MissingProduct,
)
from privdomain.stores.inbox import (
    Inbox,
    InboxEntry,
    InboxKey,
)
from privdomain.stores.outbox import (
    OutboxAnswer,
    OutboxRow,
    OutboxRows,
    OutboxState,
)
from privdomain.stores.redis_tokens import (
    RedisClient,
    RedisTokenStore,
)
from privdomain.stores.reveals import (
    Reveal,
    Reveals,
)
from privdomain.stores.schema import (
    metadata,
)
from privdomain.stores.store import (
    SqlStore,
)
from privdomain.stores.tokens import (
    SqlTokenStore,
)

__all__ = [
    "Checkpoint",
    "Checkpoints",
    "DeadLetter",
    "DeadLetters",
    "FactStore",
    "Inbox",
    "InboxEntry",
    "InboxKey",
    "KeptToken",
    "MissingProduct",
    "OutboxAnswer",
    "OutboxRow",
    "OutboxRows",
    "OutboxState",
    "RedisClient",
    "RedisTokenStore",
    "Reveal",
    "Reveals",
    "SqlStore",
    "SqlTokenStore",
    "UpsertCounts",
    "metadata",
]
