"""What 小红书 answers about tokens, products, stock and the account.

No document at hand states the fields of products, stock and finance (xiaohongshu-and-cps.md A5): they are those of
public SDKs, read 2026-11-24, and the operations that use them are marked as unconfirmed. Product prices are 分,
finance is 元 as text.
"""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge
from pydantic import AliasChoices, Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Whole
from privdomain.platforms.xiaohongshu._operation import ArkPayload
from privdomain.platforms.xiaohongshu._values import EitherTime, SignedYuan

__all__ = [
    "ItemInfo",
    "ItemPage",
    "ItemPayload",
    "Outcome",
    "SkuPayload",
    "SkuStock",
    "SkuStockInfo",
    "SkuStockReply",
    "SkuVariant",
    "StatementFile",
    "TokenReply",
    "Transaction",
    "TransactionPage",
    "WarehouseStock",
]


class TokenReply(ArkPayload):
    """A pair of tokens, when they end, and whose shop it is."""

    access_token: str = Field(min_length=1, repr=False)
    access_token_expires_at: Annotated[EitherTime, Ge(1)]
    refresh_token: str = Field(min_length=1, repr=False)
    refresh_token_expires_at: EitherTime = 0
    seller_id: OptionalId = ""
    seller_name: str = ""


class SkuVariant(ArkPayload):
    """One attribute of a SKU: 颜色 红."""

    name: str = ""
    value: str = ""


class SkuPayload(ArkPayload):
    """One SKU of a product. ``buyable`` says whether it is on sale."""

    id: IdText
    price: Minor = 0
    original_price: Minor = 0
    stock: Whole | None = None
    buyable: bool | None = None
    erp_code: OptionalId = ""
    barcode: OptionalId = ""
    variants: tuple[SkuVariant, ...] = ()


class ItemPayload(ArkPayload):
    """A product without its SKUs."""

    id: IdText
    name: str = ""
    brand_id: OptionalId = ""
    category_id: OptionalId = ""
    article_no: OptionalId = ""
    images: tuple[str, ...] = ()
    update_time: EitherTime = 0


class ItemPage(ArkPayload):
    """A page of products; they are read one by one."""

    total: Annotated[Whole, Ge(0)]
    item_detail_v3s: tuple[Any, ...] = Field(default=(), validation_alias="itemDetailV3s")


class ItemInfo(ArkPayload):
    """A product with a page of its SKUs; ``total`` counts the SKUs."""

    item_info: ItemPayload
    sku_infos: tuple[SkuPayload, ...] = ()
    total: Annotated[Whole, Ge(0)] = 0


class Outcome(ArkPayload):
    """What an inner answer says of itself."""

    success: bool = True
    code: Whole = 0
    msg: str = ""


class SkuStock(ArkPayload):
    """Units of one SKU: ``available`` can be sold, ``total`` has those that are promised or set apart, too."""

    available: Whole
    total: Whole = 0
    occupied_quantity: Annotated[Whole, Ge(0)] = 0


class SkuStockInfo(ArkPayload):
    """Units of one SKU in all warehouses together."""

    sku_id: OptionalId = ""
    sku_stock_info: SkuStock


class WarehouseStock(ArkPayload):
    """Units of one SKU in one warehouse."""

    whcode: str = ""
    sku_stock_info: SkuStock


class SkuStockReply(ArkPayload):
    """Stock of one SKU."""

    response: Outcome = Outcome()
    sku_stock_info: SkuStockInfo
    sku_stock_info_with_whcode: tuple[WarehouseStock, ...] = ()


class Transaction(ArkPayload):
    """One movement of an order's money. ``settle_biz_type`` 0 comes in, 1 is a refund."""

    transaction_id: IdText
    package_id: OptionalId = ""
    return_id: OptionalId = ""
    settle_biz_type: Whole = 0
    settled_time: Annotated[EitherTime, Ge(1)]
    amount: SignedYuan
    commission_amount: SignedYuan = 0
    cps_amount: SignedYuan = 0
    pay_channel_amount: SignedYuan = 0
    calculate_remark: str = Field(default="", repr=False)


class TransactionPage(ArkPayload):
    """A page of movements; they are read one by one."""

    total: Annotated[Whole, Ge(0)]
    page_num: Whole = 0
    transactions: tuple[Any, ...] = ()


class StatementFile(ArkPayload):
    """Where a month's statement can be fetched; the address is a secret for as long as it is valid."""

    download_url: str = Field(default="", repr=False, validation_alias=AliasChoices("downloadUrl", "data"))
