"""Sharers, the league, links for WeCom, live rooms. wechat.md §10–§12"""

from __future__ import annotations

from pydantic import ConfigDict, Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, UnixTime, Whole

__all__ = [
    "DashboardLive",
    "ExclusiveInfo",
    "LeagueItemAdded",
    "LeagueItemId",
    "LeagueItemPayload",
    "LeagueItemReply",
    "LeagueItems",
    "LeagueItemsAdded",
    "LeaguePromoter",
    "LeaguePromoterReply",
    "LeaguePromoters",
    "LiveDashboards",
    "LiveDataReply",
    "LiveNotice",
    "LiveNotices",
    "LiveRecord",
    "LiveRecords",
    "Sharer",
    "SharerBound",
    "SharerOrder",
    "SharerOrders",
    "SharerReply",
    "Sharers",
    "SharersUnbound",
    "ShopLinkReply",
    "TalentOrderId",
    "TalentOrderReply",
    "TalentOrders",
    "WeComId",
    "WeComIdReply",
]


class SharerBound(Payload):
    """The answer of sharer/bind: a picture to scan."""

    qrcode_img: str = ""
    qrcode_img_base64: str = Field(default="", repr=False)


class Sharer(Payload):
    """One sharer."""

    openid: OptionalId = ""
    unionid: OptionalId = ""
    nickname: str = ""
    bind_time: UnixTime = 0
    sharer_type: Whole = 0


class SharerReply(Sharer):
    """The answer of sharer/search_sharer."""


class Sharers(Payload):
    """The answer of sharer/get_sharer_list."""

    sharer_info_list: tuple[Sharer, ...] = ()


class SharerOrder(Payload):
    """An order that a sharer brought."""

    order_id: IdText
    share_scene: OptionalId = ""
    sharer_openid: OptionalId = ""
    sharer_type: Whole = 0
    sku_id: OptionalId = ""
    product_id: OptionalId = ""
    from_wecom: bool = False


class SharerOrders(Payload):
    """The answer of sharer/get_sharer_order_list."""

    order_list: tuple[SharerOrder, ...] = ()


class SharersUnbound(Payload):
    """The answer of sharer/unbind: who is unbound, who could not be, who may not be."""

    success_openid: tuple[str, ...] = ()
    fail_openid: tuple[str, ...] = ()
    refuse_openid: tuple[str, ...] = ()


class LeagueItemId(Payload):
    """A promoted product in a list."""

    product_id: IdText
    info_id: OptionalId = ""


class LeagueItems(Payload):
    """The answer of league/item/list/get."""

    items: tuple[LeagueItemId, ...] = ()
    last_buffer: str = ""
    has_more: bool = False
    total_num: Whole = 0


class ExclusiveInfo(Payload):
    """For whom and how long; ``is_forerver`` as the platform spells it."""

    info_id: OptionalId = ""
    finder_ids: tuple[str, ...] = ()
    begin_time: UnixTime = 0
    end_time: UnixTime = 0
    is_forerver: bool = False


class LeagueItemPayload(Payload):
    """One promoted product; ``ratio`` is percent."""

    product_id: IdText
    type: Whole = 0
    status: Whole = 0
    ratio: Whole = 0
    exclusive_info: ExclusiveInfo = Field(default_factory=ExclusiveInfo)


class LeagueItemReply(Payload):
    """The answer of league/item/get."""

    item: LeagueItemPayload


class LeagueItemAdded(Payload):
    """What became of one product: its own code, 0 for done."""

    errcode: Whole = 0
    errmsg: str = ""
    product_id: OptionalId = ""
    info_id: OptionalId = ""
    fail_finder_ids: tuple[str, ...] = ()


class LeagueItemsAdded(Payload):
    """The answer of league/item/batchadd: it is a success even where single products are not."""

    result_info_list: tuple[LeagueItemAdded, ...] = ()


class LeaguePromoters(Payload):
    """The answer of league/promoter/list/get."""

    promoter_ids: tuple[IdText, ...] = ()
    finder_ids: tuple[IdText, ...] = ()
    total_num: Whole = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The talents by their new ids, or by the old ones where there are no others."""
        return self.promoter_ids or self.finder_ids


class LeaguePromoter(Payload):
    """One talent: 1 invited, 2 accepted, 3 refused, 4 invitation taken back, 5 ended, 10 deleted; sales in 分."""

    finder_id: OptionalId = ""
    promoter_id: OptionalId = ""
    status: Whole = 0
    invite_time: UnixTime = 0
    sale_product_number: Whole = 0
    sale_gmv: Minor = 0


class LeaguePromoterReply(Payload):
    """The answer of league/promoter/get."""

    promoter: LeaguePromoter


class WeComId(Payload):
    """A WeCom corporation and member, as the shop knows them."""

    wecom_corp_id: IdText
    wecom_user_id: IdText


class WeComIdReply(Payload):
    """The answer of wecom/get_wecom_id."""

    data: WeComId


class ShopLinkReply(Payload):
    """A link, a code or a text to a product. No document settles its fields: all of them are in ``model_extra``."""

    model_config = ConfigDict(extra="allow")


class LiveRecord(Payload):
    """One live room; an order's ``live_id`` is this ``export_id``."""

    export_id: IdText
    description: str = ""
    nickname: str = ""
    cover_url: str = ""


class LiveRecords(Payload):
    """The answer of finderlive/getfinderliverecordlist."""

    live_list: tuple[LiveRecord, ...] = ()


class LiveNotice(Payload):
    """A live room that is announced."""

    notice_id: IdText
    status: Whole = 0
    status_wording: str = ""
    start_time: UnixTime = 0
    description: str = ""
    nickname: str = ""


class LiveNotices(Payload):
    """The answer of finderlive/getfinderlivenoticerecordlist."""

    live_notice_list: tuple[LiveNotice, ...] = ()


class DashboardLive(Payload):
    """A live room in the dashboard's list."""

    export_id: IdText
    create_time: UnixTime = 0


class LiveDashboards(Payload):
    """The answer of livedashboard/getlivelist."""

    live_items: tuple[DashboardLive, ...] = ()
    has_more: bool = False


class LiveDataReply(Payload):
    """The answer of livedashboard/getlivedata: texts that hold JSON, all of them in ``model_extra``."""

    model_config = ConfigDict(extra="allow")


class TalentOrderId(Payload):
    """An order that a talent brought, by SKU."""

    order_id: IdText
    sku_id: OptionalId = ""


class TalentOrders(Payload):
    """The answer of talent/get_order_list."""

    order_list: tuple[TalentOrderId, ...] = ()
    next_key: str = ""
    has_more: bool = False


class TalentOrderReply(Payload):
    """The answer of talent/get_order_detail, in ``model_extra``: the unit of its amounts is not settled."""

    model_config = ConfigDict(extra="allow")
