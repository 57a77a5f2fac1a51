"""Our tables, and the numbered steps that make and change them."""

from privdomain.stores.schema.facts import (
    AFTERSALE,
    AFTERSALE_LINE,
    PRODUCT,
    REFUND,
    SETTLEMENT,
    SKU,
)
from privdomain.stores.schema.inbox import (
    INBOX,
)
from privdomain.stores.schema.outbox import (
    OUTBOX,
)
from privdomain.stores.schema.reveals import (
    REVEAL,
    REVEAL_COUNT,
)
from privdomain.stores.schema.tables import (
    CHECKPOINT,
    DEAD_LETTER,
    ORDER,
    ORDER_LINE,
    SCHEMA,
    metadata,
)
from privdomain.stores.schema.tokens import (
    TOKEN,
    TOKEN_KEY_LENGTH,
)
from privdomain.stores.schema.versions import (
    check_version,
    ddl,
    migrate,
    migrating_alone,
    read_version,
)

__all__ = [
    "AFTERSALE",
    "AFTERSALE_LINE",
    "CHECKPOINT",
    "DEAD_LETTER",
    "INBOX",
    "ORDER",
    "ORDER_LINE",
    "OUTBOX",
    "PRODUCT",
    "REFUND",
    "REVEAL",
    "REVEAL_COUNT",
    "SCHEMA",
    "SETTLEMENT",
    "SKU",
    "TOKEN",
    "TOKEN_KEY_LENGTH",
    "check_version",
    "ddl",
    "metadata",
    "migrate",
    "migrating_alone",
    "read_version",
]
