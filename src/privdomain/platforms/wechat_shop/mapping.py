"""From 微信小店's payloads to our records.

The rules of the file. Amounts are 分 and become `Money` in CNY; ``real_price`` is a line total, ``sale_price`` a
unit price. Reductions are kept apart by who pays. ``openid`` is scoped by the app id. A gift's buyer is its
receiver, the giver stands apart; a gift that nobody has accepted has no receiver yet, and its buyer is the giver.
``paid_at`` is ``pay_time`` where there is one: an order of 先用后付 (pay later) is to be shipped without it. Where
amounts do not add up (subsidies) the platform's own total stands, and ``raw`` tells the rest.

Source: the field tables of order/get and product/get, read 2026-11-24.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from privdomain.errors import PayloadError, Problem
from privdomain.models import (
    Buyer,
    IdentityKey,
    KeyKind,
    Order,
    OrderLine,
    OrderSource,
    OrderStatus,
    Payment,
    Product,
    ProductStatus,
    Receiver,
    Sku,
    payload_problems,
)
from privdomain.money import Money
from privdomain.platforms._payload import Json, read
from privdomain.platforms.wechat_shop._discounts import line_discounts, order_discounts
from privdomain.platforms.wechat_shop.payloads import (
    AddressInfo,
    LinePayload,
    OrderDetail,
    OrderPayload,
    OrderReply,
    ProductPayload,
    ProductReply,
)

__all__ = ["PLATFORM", "read_order", "read_product"]

logger = logging.getLogger(__name__)

PLATFORM = "wechat_shop"

_STATUS = {
    10: OrderStatus.PENDING_PAYMENT,
    12: OrderStatus.ON_HOLD,  # a gift waits to be accepted
    13: OrderStatus.ON_HOLD,  # a group is forming
    20: OrderStatus.PAID,
    21: OrderStatus.PARTIALLY_SHIPPED,
    30: OrderStatus.SHIPPED,
    100: OrderStatus.COMPLETED,
    190: OrderStatus.CLOSED,  # sold out; seen in one source only
    200: OrderStatus.CLOSED,  # everything was returned
    250: OrderStatus.CLOSED,  # by the buyer, or not paid in time
}
_PRODUCT_STATUS = {
    0: ProductStatus.DRAFT,
    5: ProductStatus.LISTED,
    6: ProductStatus.DELETED,  # in the recycle bin
    9: ProductStatus.DELETED,
    11: ProductStatus.DELISTED,
    13: ProductStatus.BANNED,  # for a violation
    14: ProductStatus.DELISTED,  # deposit too low
    15: ProductStatus.DELISTED,  # brand expired
    20: ProductStatus.BANNED,
}


def read_order(reply: Json, *, app_id: str, shop_id: str, order_id: str = "") -> Order:
    """The order in an answer of order/get; ``order_id`` is the one that was asked for, where one was.

    Raises:
        PayloadError: with every bad path, and for another order than the one that was asked for; ``ref`` is the
            order's id as far as it is known.
    """
    payload = read(OrderReply, reply, kind="order", ref=order_id).order
    _check_asked(payload.order_id, order_id, kind="order", reply=reply)
    raw: Mapping[str, Any] = reply["order"]
    detail = payload.order_detail
    price, ext = detail.price_info, detail.ext_info
    total = _money(price.order_price)
    try:
        buyer, giver = _people(payload, reply, app_id=app_id)
        line_ids = _line_ids(detail.product_infos, order_id=payload.order_id)
        lines = tuple(
            _line(line, detail, line_id=line_id)
            for line, line_id in zip(detail.product_infos, line_ids, strict=True)
        )
        order = Order(
            platform=PLATFORM,
            shop_id=shop_id,
            order_id=payload.order_id,
            status=_STATUS.get(payload.status, OrderStatus.UNKNOWN),
            platform_status=str(payload.status),
            created_at=_time(payload.create_time),
            updated_at=_time(payload.update_time or payload.create_time),
            paid_at=_moment(detail.pay_info.pay_time),
            shipped_at=_moment(detail.delivery_info.ship_done_time),
            completed_at=_moment(ext.confirm_receipt_time),
            lines=lines,
            discounts=order_discounts(price, lines),
            freight=_money(price.change_freight if price.is_change_freight else price.freight),
            total=total,
            payments=_payments(detail, total),
            buyer=buyer,
            receiver=_receiver(detail.delivery_info.address_info),
            source=_order_source(detail),
            is_gift=payload.is_present,
            giver=giver,
            buyer_note=ext.customer_notes,
            raw=raw,
        )
    except ValidationError as error:
        failure = error
    else:
        _check_sum(order)
        return order
    # the paths are those of our record: a value that the payload may have and the record may not
    problems = payload_problems(failure, prefix="order")
    raise PayloadError(kind="order", problems=problems, ref=payload.order_id, payload=reply)


def read_product(reply: Json, *, shop_id: str, product_id: str = "") -> Product:
    """The product in an answer of product/get: what is on sale, or the draft of one that never was.

    Raises:
        PayloadError: with every bad path, and for another product than ``product_id``, where that is given.
    """
    both = read(ProductReply, reply, kind="product", ref=product_id)
    payload = both.product or both.edit_product
    if payload is None:
        missing = Problem("product", "is missing", "the product, or edit_product for a draft")
        raise PayloadError(kind="product", problems=[missing], ref=product_id, payload=reply)
    _check_asked(payload.product_id, product_id, kind="product", reply=reply)
    raw: Mapping[str, Any] = reply["product" if both.product else "edit_product"]
    try:
        return Product(
            platform=PLATFORM,
            shop_id=shop_id,
            product_id=payload.product_id,
            title=payload.title,
            status=_PRODUCT_STATUS.get(payload.status, ProductStatus.UNKNOWN),
            platform_status=str(payload.status),
            skus=_skus(payload),
            merchant_product=payload.out_product_id,
            brand_id=payload.brand_id,
            category_ids=tuple(cat.cat_id for cat in payload.cats_v2 or payload.cats if cat.cat_id),
            image_urls=tuple(payload.head_imgs),
            raw=raw,
        )
    except ValidationError as error:
        failure = error
    problems = payload_problems(failure, prefix="product")
    raise PayloadError(kind="product", problems=problems, ref=payload.product_id, payload=reply)


def _check_asked(answered: str, asked: str, *, kind: str, reply: Json) -> None:
    """Refuse an answer about something else: stored, it would be a change that nobody made."""
    if asked and answered != asked:
        other = Problem(f"{kind}.{kind}_id", f"is not the {kind} that was asked for", repr(asked))
        raise PayloadError(kind=kind, problems=[other], ref=asked, payload=reply)


def _money(minor: int) -> Money:
    return Money(minor, "CNY")


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment(seconds: int) -> datetime | None:
    return _time(seconds) if seconds else None


def _person(openid: str, unionid: str, *, app_id: str) -> Buyer:
    keys = [IdentityKey(kind=KeyKind.OPENID, value=openid, scope=app_id)]
    if unionid:
        keys.append(IdentityKey(kind=KeyKind.UNIONID, value=unionid))
    return Buyer(buyer_id=openid, keys=tuple(keys))


def _people(payload: OrderPayload, reply: Json, *, app_id: str) -> tuple[Buyer, Buyer | None]:
    """Who the order belongs to, and who gave it."""
    present = payload.order_present_info
    giver_openid = present.present_giver_openid or payload.present_giver_openid
    giver_unionid = present.present_giver_unionid or payload.present_giver_unionid
    giver = None
    if payload.is_present and giver_openid:
        giver = _person(giver_openid, giver_unionid, app_id=app_id)
    if payload.openid:
        return _person(payload.openid, payload.unionid, app_id=app_id), giver
    if giver is not None:
        return giver, giver
    missing = Problem("order.openid", "is missing", "the buyer's openid")
    raise PayloadError(kind="order", problems=[missing], ref=payload.order_id, payload=reply)


def _line_ids(lines: Sequence[LinePayload], *, order_id: str) -> Iterator[str]:
    """The platform's id of every line; without one its SKU, and its place where the SKU has been there before."""
    taken = {line.product_unique_id for line in lines}
    for number, line in enumerate(lines, start=1):
        line_id = line.product_unique_id
        if not line_id:
            place = f"{order_id}_{number:03}"
            candidates = (f"{order_id}_{line.sku_id}", place, f"{place}_{line.sku_id}")
            line_id = next((free for free in candidates if free not in taken), place)
            taken.add(line_id)
        yield line_id


def _line(line: LinePayload, detail: OrderDetail, *, line_id: str) -> OrderLine:
    paid_minor = _line_paid(line)
    return OrderLine(
        line_id=line_id,
        product_id=line.product_id,
        sku_id=line.sku_id,
        title=line.title,
        quantity=line.sku_cnt,
        unit_price=_money(line.sale_price),
        paid=_money(paid_minor),
        discounts=line_discounts(line, paid_minor=paid_minor),
        is_freebie=line.is_free_gift != 0,
        merchant_sku=line.sku_code or line.out_sku_id,
        attributes=tuple((attr.attr_key, attr.attr_value) for attr in line.sku_attrs),
        refunding_quantity=line.on_aftersale_sku_cnt,
        refunded_quantity=line.finish_aftersale_sku_cnt,
        source=_line_source(line.sku_id, detail),
    )


def _line_paid(line: LinePayload) -> int:
    if line.real_price is not None:
        return line.real_price
    if line.is_change_price:
        return line.change_price
    return line.estimate_price if line.estimate_price is not None else line.sale_price * line.sku_cnt


def _payments(detail: OrderDetail, total: Money) -> tuple[Payment, ...]:
    pay = detail.pay_info
    if not pay.pay_time and not pay.transaction_id:
        return ()
    method = str(pay.payment_method) if pay.payment_method else ""
    paid_at = _moment(pay.pay_time)
    return (Payment(method=method, amount=total, paid_at=paid_at, transaction_id=pay.transaction_id),)


def _receiver(address: AddressInfo | None) -> Receiver | None:
    if address is None or not address.model_fields_set:
        return None
    return Receiver(
        name=address.user_name,
        phone=address.tel_number,
        province=address.province_name,
        city=address.city_name,
        district=address.county_name,
        address=f"{address.detail_info}{address.house_number}",
        address_key=address.hash_code,
    )


def _line_source(sku_id: str, detail: OrderDetail) -> OrderSource | None:
    source = next((source for source in detail.source_infos if source.sku_id == sku_id), None)
    sharer = next((sharer for sharer in detail.sku_sharer_infos if sharer.sku_id == sku_id), None)
    if source is None and sharer is None:
        return None
    promoter = sharer.sharer_openid if sharer else ""
    scene = sharer.share_scene if sharer else ""
    if source is None:
        return OrderSource(scene=scene, promoter_id=promoter)
    return OrderSource(
        channel=source.sale_channel,
        account_kind=source.account_type,
        account_id=source.account_id,
        content_kind=source.content_type,
        content_id=source.content_id,
        scene=scene,
        promoter_id=promoter or source.promoter_head_supplier_id,
    )


def _order_source(detail: OrderDetail) -> OrderSource | None:
    ext, sharer = detail.ext_info, detail.sharer_info
    if not (ext.finder_id or ext.live_id or ext.order_scene or sharer.sharer_openid):
        return None
    return OrderSource(
        account_kind="finder" if ext.finder_id else "",
        account_id=ext.finder_id,
        content_kind="live" if ext.live_id else "",
        content_id=ext.live_id,
        scene=ext.order_scene,
        promoter_id=sharer.sharer_openid,
    )


def _check_sum(order: Order) -> None:
    difference = order.total - order.goods_paid - order.freight
    if difference:
        logger.debug("%s order %s: total and lines differ by %s", PLATFORM, order.order_id, difference)


def _skus(payload: ProductPayload) -> tuple[Sku, ...]:
    return tuple(
        Sku(
            sku_id=sku.sku_id,
            merchant_sku=sku.sku_code or sku.out_sku_id,
            barcode=sku.bar_code,
            attributes=tuple((attr.attr_key, attr.attr_value) for attr in sku.sku_attrs),
            price=_money(sku.sale_price),
            list_price=_money(sku.market_price) if sku.market_price else None,
            stock=sku.stock_num,
        )
        for sku in payload.skus
    )
