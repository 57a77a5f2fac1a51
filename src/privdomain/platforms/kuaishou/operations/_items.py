"""Operations on items, comments, the shop and its users. kuaishou.md §7"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Limits, NumberPaging, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.kuaishou._fields import DOCS, KuaishouOperation, KuaishouQuery, LongId
from privdomain.platforms.kuaishou.payloads._items import (
    CommentPage,
    FansReply,
    ItemPage,
    ItemReply,
    SellerReply,
    ShopReply,
    UserReply,
)

__all__ = [
    "CheckFan",
    "GetItem",
    "GetSeller",
    "GetShop",
    "GetUser",
    "ListComments",
    "ListItems",
    "SetShelfStatus",
    "UpdateStock",
]


class ListItems(KuaishouQuery[ItemPage]):
    """Items by page, or one by its id. 商品列表; asked by ``rel_item_id`` the answer is that item alone."""

    path: ClassVar = "/open/item/list/get"
    page: ClassVar = DOCS.format("open.item.list.get")
    paging: ClassVar = NumberPaging(
        items="items", sends="page_number", first=1, size="page_size", total="total"
    )
    limits: ClassVar = Limits(page_size=100)
    page_number: int = Field(default=1, ge=1)
    page_size: int = Field(default=100, ge=10, le=100)
    kwai_item_id: LongId | None = None
    rel_item_id: LongId | None = None
    item_status: int | None = None
    item_type: int | None = None
    on_offline_status: int | None = None


class GetItem(KuaishouQuery[ItemReply]):
    """One item with its state of audit and shelf. 商品详情"""

    path: ClassVar = "/open/item/get"
    page: ClassVar = DOCS.format("open.item.get")
    kwai_item_id: LongId


class UpdateStock(KuaishouOperation[Done]):
    """Add to a SKU's stock (``change_type`` 1) or take from it (2). 修改库存

    A difference without a key: repeated, it would be carried out twice.
    """

    path: ClassVar = "/open/item/sku/stock/update"
    page: ClassVar = DOCS.format("open.item.sku.stock.update")
    kwai_item_id: LongId
    sku_id: LongId
    sku_change_stock: int = Field(gt=0)
    change_type: int = Field(ge=1, le=2)


class SetShelfStatus(KuaishouOperation[Done]):
    """Put an item on the shelf (1) or take it off (0). 上下架"""

    path: ClassVar = "/open/item/shelf/status/update"
    page: ClassVar = DOCS.format("open.item.shelf.status.update")
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(per_second=100)
    kwai_item_id: LongId
    shelf_status: int = Field(ge=0, le=1)


class ListComments(KuaishouQuery[CommentPage]):
    """Comments from an offset on: page × ``limit``. 评价列表"""

    path: ClassVar = "/open/comment/list/get"
    page: ClassVar = DOCS.format("open.comment.list.get")
    limits: ClassVar = Limits(page_size=20)
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=20, ge=1, le=20)


class GetShop(KuaishouQuery[ShopReply]):
    """Name and kind of the shop; its id is `GetSeller`'s. 店铺信息"""

    path: ClassVar = "/open/shop/info/get"
    page: ClassVar = DOCS.format("open.shop.info.get")


class GetSeller(KuaishouQuery[SellerReply]):
    """Who authorized: ``seller_id`` is the shop. 商家信息"""

    path: ClassVar = "/open/user/seller/get"
    page: ClassVar = DOCS.format("open.user.seller.get")


class GetUser(KuaishouQuery[UserReply]):
    """The user who authorized. 用户信息"""

    path: ClassVar = "/open/user/info/get"
    page: ClassVar = DOCS.format("open.user.info.get")


class CheckFan(KuaishouQuery[FansReply]):
    """Whether a user is a fan of the seller. 粉丝判断"""

    path: ClassVar = "/open/user/fans/check"
    page: ClassVar = DOCS.format("open.user.fans.check")
    from_open_id: str = Field(min_length=1)
