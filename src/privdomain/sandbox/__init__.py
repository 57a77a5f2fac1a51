"""EDGE: the platforms emulated on localhost, by the standard library alone.

`Sandbox` serves them, `Faults` says what goes wrong, `wechat_order` and its kin make what they have. The emulated
platforms other than the WeChat Store are loaded when they are first named.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from privdomain.sandbox.douyin import EmulatedDouyin
    from privdomain.sandbox.kuaishou import EmulatedKuaishou
    from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu
else:
    _LATER = {
        "EmulatedDouyin": "privdomain.sandbox.douyin",
        "EmulatedKuaishou": "privdomain.sandbox.kuaishou",
        "EmulatedXiaohongshu": "privdomain.sandbox.xiaohongshu",
    }

    def __getattr__(name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_LATER[name]), name)
        globals()[name] = found
        return found


__all__ = [
    "UNREADABLE",
    "EmulatedDouyin",
    "EmulatedKuaishou",
    "EmulatedWeChatOpenPlatform",
    "EmulatedWeChatShop",
    "EmulatedXiaohongshu",
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
