"""After-sale cases and disputes. wechat.md §6"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits, Operation, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.wechat_shop.operations._common import API, DAY, DOCS, READ
from privdomain.platforms.wechat_shop.payloads import (
    AfterSaleCreated,
    AfterSaleIds,
    AfterSaleReasons,
    AfterSaleReply,
    ComplaintReply,
    RejectReasons,
)

__all__ = [
    "AcceptAfterSale",
    "AcceptExchangeReship",
    "AddComplaintMaterial",
    "AddComplaintProof",
    "CreateAfterSale",
    "GetAfterSale",
    "GetComplaint",
    "ListAfterSaleReasons",
    "ListAfterSales",
    "ListRejectReasons",
    "OfferAfterSale",
    "RefundPriceDifference",
    "RejectAfterSale",
    "RejectExchangeReship",
    "UploadRefundCertificate",
]

_PAGE = f"{API}/aftersale"


class ListAfterSales(Operation[AfterSaleIds]):
    """Ids of cases, by creation or by update; a pair is at most 24 hours long. 售后单列表

    By creation alone a case that was opened earlier and changes now is never seen again: pull by update.
    """

    path: ClassVar = "/channels/ec/aftersale/getaftersalelist"
    page: ClassVar = f"{_PAGE}/getaftersalelist.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="after_sale_order_id_list", more="has_more")
    limits: ClassVar = Limits(window=DAY)
    begin_create_time: int | None = None
    end_create_time: int | None = None
    begin_update_time: int | None = None
    end_update_time: int | None = None
    openid: str | None = None
    next_key: str = ""


class GetAfterSale(Operation[AfterSaleReply]):
    """One case. 售后单详情

    Its id is text: sent as a number it is answered with 47001 (data format error).
    """

    path: ClassVar = "/channels/ec/aftersale/getaftersaleorder"
    page: ClassVar = f"{_PAGE}/getaftersaleorder.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    after_sale_order_id: str


class AcceptAfterSale(Operation[Done]):
    """Agree to what a case asks for at its present stage. 同意售后

    ``accept_type`` 1 agrees that the goods come back (or are exchanged), 2 pays back; without one the platform takes
    what the case is at, and a second call may pay back where the first agreed to a return.
    """

    path: ClassVar = "/channels/ec/aftersale/acceptapply"
    page: ClassVar = f"{DOCS}/store/shop/API/channels-shop-aftersale/aftersale/api_acceptapply.html {READ}"
    repeat: ClassVar = Repeat.NEVER
    after_sale_order_id: str
    address_id: str | None = None
    accept_type: Literal[1, 2] | None = None


class RejectAfterSale(Operation[Done]):
    """Refuse what a case asks for, with one of the reasons of `ListRejectReasons`. 拒绝售后"""

    path: ClassVar = "/channels/ec/aftersale/rejectapply"
    page: ClassVar = f"{_PAGE}/rejectapply.html {READ}"
    repeat: ClassVar = Repeat.NEVER
    after_sale_order_id: str
    reject_reason: str
    reject_reason_type: int


class ListRejectReasons(Operation[RejectReasons]):
    """The reasons a shop may refuse with. 拒绝售后原因"""

    path: ClassVar = "/channels/ec/aftersale/rejectreason/get"
    page: ClassVar = f"{_PAGE}/ (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.ALWAYS


class ListAfterSaleReasons(Operation[AfterSaleReasons]):
    """The reasons a buyer may give. 售后原因"""

    path: ClassVar = "/channels/ec/aftersale/reason/get"
    page: ClassVar = f"{_PAGE}/ (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.ALWAYS


class UploadRefundCertificate(Operation[Done]):
    """Show that money was paid back outside of the platform. 上传退款凭证"""

    path: ClassVar = "/channels/ec/aftersale/uploadrefundcertificate"
    page: ClassVar = f"{_PAGE}/uploadrefundcertificate.html (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.NEVER
    after_sale_order_id: str
    refund_certificates: tuple[str, ...] = Field(min_length=1)
    desc: str


class OfferAfterSale(Operation[Done]):
    """Offer the buyer something else: another kind (1 refund, 2 return), another amount in 分. 商家协商"""

    path: ClassVar = "/channels/ec/aftersale/merchantupdateaftersale"
    page: ClassVar = f"{_PAGE}/merchantupdateaftersale.html (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.NEVER
    after_sale_order_id: str
    type: Literal[1, 2]
    amount: int = Field(ge=0)
    merchant_update_desc: str
    update_reason_type: int
    merchant_update_type: int
    media_ids: tuple[str, ...] | None = None


class AcceptExchangeReship(Operation[Done]):
    """Tell that the other goods of an exchange are on their way. 换货发货"""

    path: ClassVar = "/channels/ec/aftersale/acceptexchangereship"
    page: ClassVar = f"{_PAGE}/acceptexchangereship.html (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.NEVER
    after_sale_order_id: str
    waybill_id: str
    delivery_id: str


class RejectExchangeReship(Operation[Done]):
    """Refuse to send the other goods of an exchange. 换货拒绝发货"""

    path: ClassVar = "/channels/ec/aftersale/rejectexchangereship"
    page: ClassVar = f"{_PAGE}/rejectexchangereship.html (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.NEVER
    after_sale_order_id: str
    reject_reason: str
    reject_reason_type: int | None = None


class CreateAfterSale(Operation[AfterSaleCreated]):
    """Open a case for a buyer; ``amount`` in 分. 代用户发起售后

    The platform opens one case per ``request_id``; a repetition that comes late is answered with 10021089.
    """

    path: ClassVar = "/channels/ec/aftersale/genaftersaleorder"
    page: ClassVar = f"{_PAGE}/genaftersaleorder.html (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.WITH_KEY("request_id")
    request_id: str
    order_id: str
    product_id: str
    sku_id: str
    count: int = Field(ge=1)
    amount: int = Field(ge=0)
    reason: str
    type: Literal["REFUND", "RETURN"]
    address_id: str | None = None
    desc: str | None = None


class RefundPriceDifference(Operation[AfterSaleCreated]):
    """Pay back a part of a price without a return; ``amount`` in 分. 代用户发起退差价"""

    path: ClassVar = "/channels/ec/aftersale/refundpricediff"
    page: ClassVar = f"{_PAGE}/ (wechat.md §6.3) {READ}"
    repeat: ClassVar = Repeat.NEVER
    order_id: str
    product_id: str
    sku_id: str
    amount: int = Field(ge=1)
    reason: str


class GetComplaint(Operation[ComplaintReply]):
    """One dispute with its history. 纠纷单详情"""

    path: ClassVar = "/channels/ec/aftersale/getcomplaintorder"
    page: ClassVar = f"{API}/complaint/getcomplaintorder.html (wechat.md §6.4) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    complaint_id: str


class AddComplaintMaterial(Operation[Done]):
    """Say something in a dispute. 商家补充纠纷单留言"""

    path: ClassVar = "/channels/ec/aftersale/addcomplaintmaterial"
    page: ClassVar = f"{API}/complaint/addcomplaintmaterial.html (wechat.md §6.4) {READ}"
    repeat: ClassVar = Repeat.NEVER
    complaint_id: str
    content: str
    media_id_list: tuple[str, ...] = ()


class AddComplaintProof(Operation[Done]):
    """Bring evidence into a dispute. 商家举证"""

    path: ClassVar = "/channels/ec/aftersale/addcomplaintproof"
    page: ClassVar = f"{API}/complaint/addcomplaintproof.html (wechat.md §6.4) {READ}"
    repeat: ClassVar = Repeat.NEVER
    complaint_id: str
    content: str
    media_id_list: tuple[str, ...] = ()
