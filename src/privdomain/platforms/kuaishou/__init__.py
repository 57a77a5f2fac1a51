"""快手小店 (Kuaishou Shop): orders, after-sale, items, stock, shipping, and any other endpoint by `Operation`.

Every endpoint is in `privdomain.platforms.kuaishou.operations`, every answer in `…kuaishou.payloads`. One more is a
subclass of `KuaishouQuery` (reads, by GET) or `KuaishouOperation` (writes, by POST).
"""

from privdomain.platforms.kuaishou._account import (
    KuaishouOptions,
)
from privdomain.platforms.kuaishou._aftersale_mapping import (
    read_aftersale,
)
from privdomain.platforms.kuaishou._fields import (
    KuaishouOperation,
    KuaishouPagedQuery,
    KuaishouPart,
    KuaishouPayload,
    KuaishouQuery,
    LongId,
    MilliTime,
)
from privdomain.platforms.kuaishou._signature import (
    SignMethod,
)
from privdomain.platforms.kuaishou.app import (
    AsyncKuaishouApp,
    KuaishouApp,
)
from privdomain.platforms.kuaishou.client import (
    AsyncKuaishouShop,
    KuaishouShop,
)
from privdomain.platforms.kuaishou.mapping import (
    PLATFORM,
    read_order,
    read_product,
)
from privdomain.platforms.kuaishou.webhook import (
    KuaishouWebhook,
)

__all__ = [
    "PLATFORM",
    "AsyncKuaishouApp",
    "AsyncKuaishouShop",
    "KuaishouApp",
    "KuaishouOperation",
    "KuaishouOptions",
    "KuaishouPagedQuery",
    "KuaishouPart",
    "KuaishouPayload",
    "KuaishouQuery",
    "KuaishouShop",
    "KuaishouWebhook",
    "LongId",
    "MilliTime",
    "SignMethod",
    "read_aftersale",
    "read_order",
    "read_product",
]
