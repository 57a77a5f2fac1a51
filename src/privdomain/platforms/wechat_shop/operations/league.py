"""优选联盟, the shop's side: which products talents may sell, and which talents there are. wechat.md §11.1

Ratios here are percent from 0 to 90. An agency's API says the same in millionths; it wants another token.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits, NumberPaging, Operation, Repeat
from privdomain.platforms.wechat_shop.operations._common import API, DOCS, READ, Part
from privdomain.platforms.wechat_shop.payloads import (
    LeagueItemReply,
    LeagueItems,
    LeagueItemsAdded,
    LeaguePromoterReply,
    LeaguePromoters,
)

__all__ = [
    "AddLeagueItems",
    "GetLeagueItem",
    "GetLeaguePromoter",
    "LeagueItem",
    "ListLeagueItems",
    "ListLeaguePromoters",
]


class ListLeagueItems(Operation[LeagueItems]):
    """Products that are promoted: ``type`` 1 by anybody, 2 by chosen talents, 3 by these alone. 联盟商品推广列表"""

    path: ClassVar = "/channels/ec/league/item/list/get"
    page: ClassVar = f"{API}/league/ecleague_getitemlist.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="items", sends="last_buffer", receives="last_buffer", more="has_more")
    limits: ClassVar = Limits(page_size=100)
    type: Literal[1, 2, 3]
    page_size: int = Field(default=100, ge=1, le=100)
    product_id: str | None = None
    finder_id: str | None = None
    promoter_id: str | None = None
    last_buffer: str = ""


class GetLeagueItem(Operation[LeagueItemReply]):
    """One promoted product: by its id for ``type`` 1, by ``info_id`` of its plan for 2 and 3. 联盟商品详情"""

    path: ClassVar = "/channels/ec/league/item/get"
    page: ClassVar = f"{DOCS}/store/API/league/ecleague_getitem.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    type: Literal[1, 2, 3]
    product_id: str | None = None
    info_id: str | None = None


class LeagueItem(Part):
    """A product and the commission on it, in percent."""

    product_id: str
    ratio: int = Field(ge=0, le=90)


class AddLeagueItems(Operation[LeagueItemsAdded]):
    """Let products be promoted; the answer says of each whether it is. 批量新增联盟商品

    ``is_forerver`` is spelt as the platform spells it.
    """

    path: ClassVar = "/channels/ec/league/item/batchadd"
    page: ClassVar = f"{API}/league/ecleague_batchadditem.html {READ}"
    repeat: ClassVar = Repeat.NEVER
    limits: ClassVar = Limits(items=20)
    type: Literal[1, 2, 3]
    items: tuple[LeagueItem, ...] = Field(min_length=1, max_length=20, serialization_alias="list")
    finder_ids: tuple[str, ...] | None = Field(default=None, max_length=30)
    begin_time: int | None = None
    end_time: int | None = None
    is_forerver: bool | None = None


class ListLeaguePromoters(Operation[LeaguePromoters]):
    """The talents a shop works with. 商店达人列表"""

    path: ClassVar = "/channels/ec/league/promoter/list/get"
    page: ClassVar = f"{DOCS}/store/shop/API/league/promoter/api_getpromoterlist {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(
        items="ids", sends="page_index", first=1, size="page_size", total="total_num"
    )
    limits: ClassVar = Limits(page_size=200)
    status: int | None = None
    page_index: int = Field(default=1, ge=1)
    page_size: int = Field(default=200, ge=1, le=200)


class GetLeaguePromoter(Operation[LeaguePromoterReply]):
    """One talent and what he has sold, by ``promoter_id`` or by the older ``finder_id``. 达人详情"""

    path: ClassVar = "/channels/ec/league/promoter/get"
    page: ClassVar = f"{DOCS}/store/API/league/ecleague_getpromoter.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    finder_id: str | None = None
    promoter_id: str | None = None
