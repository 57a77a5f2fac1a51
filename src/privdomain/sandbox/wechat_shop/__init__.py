"""The WeChat Store (微信小店) on localhost, written from the platform's documentation alone (wechat.md §1–§4, §7).

It shares no code with the adapter that talks to the real one: the wire is written twice on purpose.
"""

from privdomain.sandbox.wechat_shop._line import (
    DISCOUNT_KINDS,
    WeChatLine,
    wechat_line,
)
from privdomain.sandbox.wechat_shop._open_platform import (
    DEFAULT_COMPONENT_APP_ID,
    DEFAULT_COMPONENT_SECRET,
    EmulatedWeChatOpenPlatform,
)
from privdomain.sandbox.wechat_shop._order_payload import (
    wechat_order,
)
from privdomain.sandbox.wechat_shop._product_payload import (
    WeChatSku,
    catalog_of,
    wechat_product,
)
from privdomain.sandbox.wechat_shop._products import (
    StockChange,
)
from privdomain.sandbox.wechat_shop._pushes import (
    DEFAULT_AES_KEY,
    DEFAULT_PUSH_TOKEN,
    PushDesk,
    PushForm,
    PushMode,
)
from privdomain.sandbox.wechat_shop._shipping import (
    Shipment,
)
from privdomain.sandbox.wechat_shop._shop import (
    DEFAULT_APP_ID,
    DEFAULT_APP_SECRET,
    EmulatedWeChatShop,
    wall_clock,
)
from privdomain.sandbox.wechat_shop._tokens import (
    TokenKind,
)

__all__ = [
    "DEFAULT_AES_KEY",
    "DEFAULT_APP_ID",
    "DEFAULT_APP_SECRET",
    "DEFAULT_COMPONENT_APP_ID",
    "DEFAULT_COMPONENT_SECRET",
    "DEFAULT_PUSH_TOKEN",
    "DISCOUNT_KINDS",
    "EmulatedWeChatOpenPlatform",
    "EmulatedWeChatShop",
    "PushDesk",
    "PushForm",
    "PushMode",
    "Shipment",
    "StockChange",
    "TokenKind",
    "WeChatLine",
    "WeChatSku",
    "catalog_of",
    "wall_clock",
    "wechat_line",
    "wechat_order",
    "wechat_product",
]
