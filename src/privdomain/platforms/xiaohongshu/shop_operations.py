"""Methods of 小红书 ARK for tokens, products, stock and the account. xiaohongshu-and-cps.md A2, A5 (X1, X3)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from privdomain.platforms._operation import Limits, NumberPaging, Repeat
from privdomain.platforms.xiaohongshu._operation import ArkOperation, ArkPart
from privdomain.platforms.xiaohongshu.shop_payloads import (
    ItemInfo,
    ItemPage,
    SkuStockReply,
    StatementFile,
    TokenReply,
    TransactionPage,
)

__all__ = [
    "DownloadStatement",
    "GetAccessToken",
    "GetItemInfo",
    "GetSkuStockV2",
    "ItemSearch",
    "PageQueryTransaction",
    "RefreshToken",
    "SearchItemList",
    "SyncSkuStockV2",
]

_PAGE = "https://open.xiaohongshu.com/document/api (read 2026-11-24, xiaohongshu-and-cps.md {})"
_FIELDS = "the names of its fields are those of published SDKs"


class GetAccessToken(ArkOperation[TokenReply]):
    """The tokens of a merchant who has just authorized the application. 获取访问令牌

    ``code`` is valid for 10 minutes. A lost answer is asked for again: the code is used up or it is not.
    """

    path: ClassVar = "oauth.getAccessToken"
    page: ClassVar = _PAGE.format("A2")
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    code: str = Field(min_length=1, repr=False)


class RefreshToken(ArkOperation[TokenReply]):
    """The next pair of tokens. 刷新访问令牌"""

    path: ClassVar = "oauth.refreshToken"
    page: ClassVar = _PAGE.format("A2")
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    refresh_token: str = Field(min_length=1, repr=False)


class ItemSearch(ArkPart):
    """What products are looked for; without anything, all of them."""

    keyword: str | None = None
    keywords: tuple[str, ...] | None = None
    buyable: bool | None = None
    last_id: str | None = None


class SearchItemList(ArkOperation[ItemPage]):
    """Products without their SKUs, the newest first. 查询商品列表"""

    path: ClassVar = "product.searchItemList"
    page: ClassVar = _PAGE.format("A5")
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="item_detail_v3s", sends="page_no", first=1, size="page_size")
    unconfirmed: ClassVar = _FIELDS
    search_param: ItemSearch = ItemSearch()
    page_no: int = Field(default=1, ge=1)
    page_size: int = Field(default=50, ge=1, le=100)


class GetItemInfo(ArkOperation[ItemInfo]):
    """One product with a page of its SKUs. 查询商品详情"""

    path: ClassVar = "product.getItemInfo"
    page: ClassVar = _PAGE.format("A5")
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="sku_infos", sends="page_no", first=1, size="page_size")
    unconfirmed: ClassVar = _FIELDS
    item_id: str
    page_no: int = Field(default=1, ge=1)
    page_size: int = Field(default=100, ge=1, le=100)


class GetSkuStockV2(ArkOperation[SkuStockReply]):
    """Stock of one SKU. 获取商品库存; ``inventory_type`` 1 is ordinary, 2 channel, 3 activity stock."""

    path: ClassVar = "inventory.getSkuStockV2"
    page: ClassVar = _PAGE.format("A5")
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = _FIELDS
    sku_id: str
    inventory_type: Literal[1, 2, 3] | None = None


class SyncSkuStockV2(ArkOperation[SkuStockReply]):
    """Set the units of a SKU by warehouse, those that are promised or set apart included. 同步库存

    The same total twice is the same total, so it may be repeated.
    """

    path: ClassVar = "inventory.syncSkuStockV2"
    page: ClassVar = _PAGE.format("A5")
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = "no document names it; name and fields are those of published SDKs"
    sku_id: str
    qty_with_whcode: dict[str, int] = Field(min_length=1)


class PageQueryTransaction(ArkOperation[TransactionPage]):
    """Movements of the money of orders, in 元; at most a day at once, in **milliseconds**. 订单货款结算明细

    ``common_settle_status`` 1 is settled, by the time of settlement; 0 is not, by the time the order was completed.
    """

    path: ClassVar = "finance.pageQueryTransaction"
    page: ClassVar = _PAGE.format("A5")
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="transactions", sends="page_num", first=1, size="page_size")
    limits: ClassVar = Limits(window=timedelta(days=1))
    unconfirmed: ClassVar = _FIELDS
    start_time: int
    end_time: int
    common_settle_status: Literal[0, 1] = 1
    settle_biz_type: Literal[0, 1] | None = None
    page_num: int = Field(default=1, ge=1)
    page_size: int = Field(default=50, ge=1, le=100)


class DownloadStatement(ArkOperation[StatementFile]):
    """The address of a month's statement. 月度结算单; ``month`` is ``yyyy-MM``."""

    path: ClassVar = "bill.downloadStatement"
    page: ClassVar = _PAGE.format("A5")
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = _FIELDS
    month: str
