"""From 微信小店's payloads to our records, by subject."""

from privdomain.platforms.wechat_shop.mapping._common import PLATFORM
from privdomain.platforms.wechat_shop.mapping.aftersales import read_aftersale
from privdomain.platforms.wechat_shop.mapping.orders import read_order
from privdomain.platforms.wechat_shop.mapping.products import read_product, read_stock
from privdomain.platforms.wechat_shop.mapping.receivers import read_decoded
from privdomain.platforms.wechat_shop.mapping.settlements import read_settlement

__all__ = [
    "PLATFORM",
    "read_aftersale",
    "read_decoded",
    "read_order",
    "read_product",
    "read_settlement",
    "read_stock",
]
