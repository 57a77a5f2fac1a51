"""小红书 (Xiaohongshu, RED) ARK: orders, after-sales, shipping and messages, and any other method by `ArkOperation`."""

from privdomain.platforms.xiaohongshu._aftersales import read_aftersale
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._oauth import Authorization
from privdomain.platforms.xiaohongshu._operation import ArkOperation, ArkPart, ArkPayload
from privdomain.platforms.xiaohongshu._orders import read_order
from privdomain.platforms.xiaohongshu._shop_records import read_product, read_settlement, read_trace
from privdomain.platforms.xiaohongshu._webhook import UNREADABLE, XiaohongshuWebhook
from privdomain.platforms.xiaohongshu.aftersale_operations import (
    AuditReturns,
    ConfirmReceive,
    GetAfterSaleInfo,
    ListAfterSaleInfos,
    ReceiveAndShip,
    RejectReasons,
    ReturnAddress,
)
from privdomain.platforms.xiaohongshu.app import AsyncXiaohongshuApp, XiaohongshuApp
from privdomain.platforms.xiaohongshu.client import AsyncXiaohongshuShop, XiaohongshuShop
from privdomain.platforms.xiaohongshu.order_operations import (
    BatchDecrypt,
    BatchDesensitise,
    BatchIndex,
    EncryptedData,
    GetExpressCompanyList,
    GetOrderDetail,
    GetOrderList,
    GetOrderReceiverInfo,
    GetOrderTracking,
    OrderDeliver,
    PlainData,
    ReceiverQuery,
)
from privdomain.platforms.xiaohongshu.shop_operations import (
    DownloadStatement,
    GetAccessToken,
    GetItemInfo,
    GetSkuStockV2,
    ItemSearch,
    PageQueryTransaction,
    RefreshToken,
    SearchItemList,
    SyncSkuStockV2,
)

__all__ = [
    "PLATFORM",
    "UNREADABLE",
    "ArkOperation",
    "ArkPart",
    "ArkPayload",
    "AsyncXiaohongshuApp",
    "AsyncXiaohongshuShop",
    "AuditReturns",
    "Authorization",
    "BatchDecrypt",
    "BatchDesensitise",
    "BatchIndex",
    "ConfirmReceive",
    "DownloadStatement",
    "EncryptedData",
    "GetAccessToken",
    "GetAfterSaleInfo",
    "GetExpressCompanyList",
    "GetItemInfo",
    "GetOrderDetail",
    "GetOrderList",
    "GetOrderReceiverInfo",
    "GetOrderTracking",
    "GetSkuStockV2",
    "ItemSearch",
    "ListAfterSaleInfos",
    "OrderDeliver",
    "PageQueryTransaction",
    "PlainData",
    "ReceiveAndShip",
    "ReceiverQuery",
    "RefreshToken",
    "RejectReasons",
    "ReturnAddress",
    "SearchItemList",
    "SyncSkuStockV2",
    "XiaohongshuApp",
    "XiaohongshuShop",
    "XiaohongshuWebhook",
    "read_aftersale",
    "read_order",
    "read_product",
    "read_settlement",
    "read_trace",
]
