"""Products and stock of 小红书 as flows. The field names are those of published SDKs: unconfirmed.

Products come newest first by page number, so one that is added meanwhile pushes the others on: they are met twice and
handed out once. One that is deleted meanwhile pulls them back; a listing that must miss nothing is walked again.
"""

from __future__ import annotations

import json
from typing import Any, cast

from privdomain.errors import ArgumentError, PayloadError, Problem, ProtocolViolation, RequestRejected
from privdomain.models import Product, Stock
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._pages import Page
from privdomain.platforms._payload import read
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._shop_records import read_product
from privdomain.platforms.xiaohongshu.shop_operations import GetItemInfo, GetSkuStockV2, SearchItemList
from privdomain.platforms.xiaohongshu.shop_payloads import ItemInfo, ItemPayload, SkuPayload, SkuStockReply

__all__ = ["pages", "product", "read_stock", "stock"]

_SKUS_A_PAGE = 100


def pages(
    conversation: Conversation, start: str | None, *, shop_id: str, page_size: int | None
) -> PageFlow[Product]:
    """All products; wrong arguments are raised at once."""
    first = SearchItemList(page_size=50 if page_size is None else page_size)
    number = 1 if start is None else _resume(start, shop_id=shop_id)
    return _walk(conversation, first, number, shop_id=shop_id)


def _walk(
    conversation: Conversation, first: SearchItemList, number: int, *, shop_id: str
) -> PageFlow[Product]:
    met: set[str] = set()
    while True:
        reply = yield from conversation.send(first.model_copy(update={"page_no": number}))
        found: list[Product] = []
        rejected: list[PayloadError] = []
        for row in reply.item_detail_v3s:
            try:
                item = read(ItemPayload, row, kind="product", prefix="itemDetailV3s[]")
                if item.id not in met:
                    met.add(item.id)
                    found.append((yield from product(conversation, item.id, shop_id=shop_id)))
            except PayloadError as error:
                rejected.append(error)
            except RequestRejected as error:
                problem = Problem("product", f"was refused ({error})")
                refused = {"error_code": error.code}
                rejected.append(PayloadError(kind="product", problems=[problem], payload=refused))
        before = (number - 1) * first.page_size
        if not reply.item_detail_v3s and reply.total > before:
            raise ProtocolViolation(
                f"{PLATFORM} answered page {number} of its products with nothing and counts {reply.total}",
                platform=PLATFORM,
            )
        more = before + first.page_size < reply.total
        cursor = json.dumps({"of": "products", "shop": shop_id, "page": number + 1}) if more else None
        yield Page(tuple(found), tuple(rejected), cursor)
        if not more:
            return
        number += 1


def _resume(text: str, *, shop_id: str) -> int:
    try:
        loaded = json.loads(text)
    except ValueError:
        loaded = None
    fields = cast("dict[str, Any]", loaded) if isinstance(loaded, dict) else {}
    if fields.get("of") != "products":
        raise ArgumentError(
            f"start={text[:40]!r} is no cursor of products; pass the cursor of an earlier page, unchanged"
        )
    if fields.get("shop") != shop_id:
        raise ArgumentError(f"this cursor belongs to shop {fields.get('shop')!r}, not to {shop_id!r}")
    page = fields.get("page")
    if isinstance(page, bool) or not isinstance(page, int) or page < 1:
        raise ArgumentError("this cursor has been changed; pass the cursor of an earlier page as it was")
    return page


def product(conversation: Conversation, product_id: str, *, shop_id: str) -> Flow[Product]:
    """One product with all its SKUs, however many pages of them there are."""
    skus: dict[str, SkuPayload] = {}
    number = 1
    while True:
        operation = GetItemInfo(item_id=product_id, page_no=number, page_size=_SKUS_A_PAGE)
        payload = yield from conversation.fetch(operation)
        info = read(ItemInfo, payload, kind="product", ref=product_id)
        if info.item_info.id != product_id:
            other = Problem("itemInfo.id", "is not the product that was asked for", repr(product_id))
            raise PayloadError(kind="product", problems=[other], ref=product_id, payload=payload)
        skus |= {sku.id: sku for sku in info.sku_infos}
        if not info.sku_infos or number * _SKUS_A_PAGE >= info.total:
            return read_product(info.item_info, tuple(skus.values()), shop_id=shop_id, raw=payload)
        number += 1


def read_stock(conversation: Conversation, sku_id: str) -> Flow[SkuStockReply]:
    """The stock of a SKU as the platform says it."""
    reply = yield from conversation.send(GetSkuStockV2(sku_id=sku_id))
    if not reply.response.success:
        raise RequestRejected(
            f"{PLATFORM}: inventory.getSkuStockV2 was refused for SKU {sku_id} (code {reply.response.code})",
            platform=PLATFORM,
            code=str(reply.response.code),
        )
    return reply


def stock(conversation: Conversation, product_id: str, sku_id: str, *, shop_id: str) -> Flow[Stock]:
    """Units of a SKU that can be sold."""
    reply = yield from read_stock(conversation, sku_id)
    units = reply.sku_stock_info.sku_stock_info
    return Stock(
        platform=PLATFORM,
        shop_id=shop_id,
        product_id=product_id,
        sku_id=sku_id,
        sellable=units.available,
        reserved=units.occupied_quantity,
        at=conversation.now,
    )
