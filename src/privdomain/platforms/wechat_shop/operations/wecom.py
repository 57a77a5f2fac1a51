"""企业微信 ↔ 微信小店: links whose orders say which WeCom member forwarded them. wechat.md §12.3"""

from __future__ import annotations

from typing import ClassVar

from privdomain.platforms._operation import Operation, Repeat
from privdomain.platforms.wechat_shop.operations._common import API, READ
from privdomain.platforms.wechat_shop.payloads import ShopLinkReply, WeComIdReply

__all__ = ["GetShopLink", "GetShopQrCode", "GetShopTagLink", "GetWeComId"]

_LINKS = f"{API}/ (wechat.md §7) {READ}"


class GetWeComId(Operation[WeComIdReply]):
    """The ids by which the shop knows a WeCom corporation and one of its members. 换取企业微信id"""

    path: ClassVar = "/channels/ec/wecom/get_wecom_id"
    page: ClassVar = f"{API}/ (wechat.md §12.3) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    corp_id: str
    user_id: str


class GetShopLink(Operation[ShopLinkReply]):
    """A link to a product; with both WeCom ids its orders have account type 4. 商品H5短链"""

    path: ClassVar = "/channels/ec/basics/shop/h5url/get"
    page: ClassVar = _LINKS
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str
    wecom_corp_id: str | None = None
    wecom_user_id: str | None = None


class GetShopQrCode(Operation[ShopLinkReply]):
    """A code to a product, with the same trace. 商品二维码"""

    path: ClassVar = "/channels/ec/basics/shop/qrcode/get"
    page: ClassVar = _LINKS
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str
    wecom_corp_id: str | None = None
    wecom_user_id: str | None = None


class GetShopTagLink(Operation[ShopLinkReply]):
    """A text to a product (口令), with the same trace. 商品口令"""

    path: ClassVar = "/channels/ec/basics/shop/taglink/get"
    page: ClassVar = _LINKS
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str
    wecom_corp_id: str | None = None
    wecom_user_id: str | None = None
