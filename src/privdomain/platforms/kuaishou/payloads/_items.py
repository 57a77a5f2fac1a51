"""What the item, comment, shop and user APIs answer. kuaishou.md §7"""

from __future__ import annotations

from typing import Any, cast

from pydantic import Field, field_validator

from privdomain.platforms._payload import IdText, Json, Minor, OptionalId, Whole
from privdomain.platforms.kuaishou._fields import KuaishouPayload, MilliTime

__all__ = [
    "CommentPage",
    "CommentPageData",
    "CommentPayload",
    "FansReply",
    "ItemDetail",
    "ItemPage",
    "ItemPageData",
    "ItemPayload",
    "ItemReply",
    "SellerInfo",
    "SellerReply",
    "ShopInfo",
    "ShopReply",
    "SkuPayload",
    "StaffInfo",
    "UserInfo",
    "UserReply",
]


class SkuPayload(KuaishouPayload):
    """One SKU of an item in a listing."""

    kwai_sku_id: IdText
    rel_sku_id: OptionalId = ""
    sku_nick: str = ""
    sku_stock: Whole | None = None
    sku_sale_price: Minor
    specification: str = ""
    is_valid: Whole | None = None
    gtin_code: OptionalId = ""


class ItemPayload(KuaishouPayload):
    """One item of a listing; whether it is on sale is said by ``on_offline_status`` where it is there."""

    kwai_item_id: IdText
    rel_item_id: OptionalId = ""
    title: str = ""
    price: Minor = 0
    category_id: OptionalId = ""
    main_image_url: str = ""
    create_time: MilliTime = 0
    update_time: MilliTime = 0
    audit_status: Whole | None = None
    on_offline_status: Whole | None = None
    sku_list: tuple[SkuPayload, ...] = ()


class ItemPageData(KuaishouPayload):
    """A page of items."""

    items: tuple[ItemPayload, ...] = ()
    total_item_count: Whole
    """How many there are in all; without it nobody knows when to stop."""
    current_page_number: Whole = 0
    total_page: Whole = 0


class ItemPage(KuaishouPayload):
    """The answer of open.item.list.get; asked by ``rel_item_id`` its ``data`` is one item, which is read as a page."""

    data: ItemPageData | None = None

    @field_validator("data", mode="before")
    @classmethod
    def _one_item(cls, data: Any) -> Any:
        if isinstance(data, dict) and "kwaiItemId" in data:
            return {"items": [cast("Json", data)], "totalItemCount": 1, "totalPage": 1}
        return cast("Json | None", data)

    @property
    def items(self) -> tuple[ItemPayload, ...]:
        """The items."""
        return () if self.data is None else self.data.items

    @property
    def total(self) -> int:
        """How many there are in all."""
        return 0 if self.data is None else self.data.total_item_count


class ItemDetail(KuaishouPayload):
    """One item: ``audit_status`` 0 待审, 1 待修改, 2 通过, 3 拒绝; ``on_offline_status`` 1 is on the shelf."""

    item_id: IdText
    title: str = ""
    audit_status: Whole | None = None
    on_offline_status: Whole | None = None


class ItemReply(KuaishouPayload):
    """The answer of open.item.get."""

    data: ItemDetail


class CommentPayload(KuaishouPayload):
    """One comment with its scores from 0 to 5."""

    comment_id: IdText
    item_id: OptionalId = ""
    order_id: OptionalId = ""
    content: str = Field(default="", repr=False)
    credit_score: Whole = 0
    quality_score: Whole = 0
    service_score: Whole = 0
    logistics_score: Whole = 0
    create_time: MilliTime = 0


class CommentPageData(KuaishouPayload):
    """Comments from an offset on."""

    root_comment: tuple[CommentPayload, ...] = ()
    total: Whole = 0


class CommentPage(KuaishouPayload):
    """The answer of open.comment.list.get."""

    data: CommentPageData = Field(default_factory=CommentPageData)


class ShopInfo(KuaishouPayload):
    """The shop: 1 旗舰, 2 专卖, 3 专营, 4 卖场旗舰, 5 企业, 6 个人, 7 个体, 151–154 跨境. It has no id here."""

    shop_name: str = ""
    shop_type: Whole = 0


class ShopReply(KuaishouPayload):
    """The answer of open.shop.info.get."""

    data: ShopInfo


class StaffInfo(KuaishouPayload):
    """The sub account that authorized."""

    staff_id: OptionalId = ""
    open_id: OptionalId = ""
    name: str = ""


class SellerInfo(KuaishouPayload):
    """Who authorized; ``seller_id`` is the id of the shop."""

    seller_id: IdText
    open_id: OptionalId = ""
    name: str = ""
    staff_info: StaffInfo = Field(default_factory=StaffInfo)


class SellerReply(KuaishouPayload):
    """The answer of open.user.seller.get."""

    data: SellerInfo


class UserInfo(KuaishouPayload):
    """A user: ``sex`` is F or M."""

    open_id: OptionalId = ""
    name: str = ""
    sex: str = ""
    head: str = ""


class UserReply(KuaishouPayload):
    """The answer of open.user.info.get."""

    data: UserInfo


class FansReply(KuaishouPayload):
    """Whether the user is a fan."""

    data: bool = False
