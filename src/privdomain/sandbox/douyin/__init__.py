"""抖店 (Douyin's shops) on localhost, written from douyin.md alone.

It shares no code with the adapter that talks to the real one: the wire is written twice on purpose.
"""

from privdomain.sandbox.douyin._payloads import douyin_line, douyin_order
from privdomain.sandbox.douyin._products import douyin_product
from privdomain.sandbox.douyin._shop import (
    DEFAULT_APP_KEY,
    DEFAULT_APP_SECRET,
    DEFAULT_SHOP_ID,
    EmulatedDouyin,
)

__all__ = [
    "DEFAULT_APP_KEY",
    "DEFAULT_APP_SECRET",
    "DEFAULT_SHOP_ID",
    "EmulatedDouyin",
    "douyin_line",
    "douyin_order",
    "douyin_product",
]
