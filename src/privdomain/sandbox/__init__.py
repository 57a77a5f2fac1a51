"""EDGE: the platforms emulated on localhost, by the standard library alone.

`Sandbox` serves them, `Faults` says what goes wrong, `wechat_order` and its kin make what they have.
"""

from privdomain.sandbox._quota import (
    Quota,
)
from privdomain.sandbox._record import (
    RequestRecord,
)
from privdomain.sandbox._sandbox import (
    Sandbox,
)
from privdomain.sandbox._service import (
    Platform,
    Reply,
)
from privdomain.sandbox.clock import (
    SandboxClock,
)
from privdomain.sandbox.delivery import (
    PushAnswer,
    PushDelivery,
    PushFaults,
    PushRecord,
)
from privdomain.sandbox.faults import (
    Fault,
    FaultKind,
    Faults,
    When,
)
from privdomain.sandbox.pushes import (
    OutgoingCall,
    Pushes,
)
from privdomain.sandbox.sales import (
    SellsOrders,
    SoldLine,
    SoldOrder,
    SoldStatus,
)
from privdomain.sandbox.server import (
    UNREADABLE,
    Request,
)
from privdomain.sandbox.wechat_shop import (
    EmulatedWeChatOpenPlatform,
    EmulatedWeChatShop,
    PushDesk,
    TokenKind,
    WeChatLine,
    WeChatSku,
    catalog_of,
    wechat_line,
    wechat_order,
    wechat_product,
)

__all__ = [
    "UNREADABLE",
    "EmulatedWeChatOpenPlatform",
    "EmulatedWeChatShop",
    "Fault",
    "FaultKind",
    "Faults",
    "OutgoingCall",
    "Platform",
    "PushAnswer",
    "PushDelivery",
    "PushDesk",
    "PushFaults",
    "PushRecord",
    "Pushes",
    "Quota",
    "Reply",
    "Request",
    "RequestRecord",
    "Sandbox",
    "SandboxClock",
    "SellsOrders",
    "SoldLine",
    "SoldOrder",
    "SoldStatus",
    "TokenKind",
    "WeChatLine",
    "WeChatSku",
    "When",
    "catalog_of",
    "wechat_line",
    "wechat_order",
    "wechat_product",
]
