"""From 抖店's products, stock, account items and traces to ours. douyin.md A7, A8; product.detail from S1."""

from __future__ import annotations

from datetime import datetime

from privdomain.errors import PayloadError, Problem
from privdomain.models import (
    FlowDirection,
    Product,
    ProductStatus,
    Settlement,
    SettlementKind,
    SettlementPart,
    ShipmentEvent,
    ShipmentStatus,
    Sku,
    Stock,
)
from privdomain.platforms._payload import Json, read
from privdomain.platforms.douyin._values import PLATFORM, beijing, build, check_asked, fen
from privdomain.platforms.douyin.operations.money import AccountItem
from privdomain.platforms.douyin.operations.orders import RouteNode
from privdomain.platforms.douyin.payloads import ProductPayload, SkuPayload, StockReply

__all__ = ["read_account_item", "read_product", "read_stock", "route_event"]

_DELETED, _BANNED, _NOT_SUBMITTED, _WAITS_FOR_LISTING = 2, 5, 1, 7

_KINDS = {
    1: SettlementKind.COMMISSION,  # 达人带货佣金
    2: SettlementKind.COMMISSION,  # 达人佣金退款
    3: SettlementKind.ORDER_INCOME,  # 订单结算
    4: SettlementKind.ORDER_INCOME,  # 部分结算
    5: SettlementKind.ORDER_INCOME,  # 运费单结算
    6: SettlementKind.PLATFORM_FEE,  # 服务费返还
    7: SettlementKind.SUBSIDY,  # 平台补贴扣回
    8: SettlementKind.REFUND,  # 退款失败退票
    11: SettlementKind.WITHDRAWAL,
    12: SettlementKind.WITHDRAWAL_RETURNED,
    13: SettlementKind.REFUND,  # 极速退款分账
    19: SettlementKind.REFUND,  # 已退款
    20: SettlementKind.FREIGHT_INSURANCE,
    21: SettlementKind.PLATFORM_FEE,  # 支付BIC服务费
    22: SettlementKind.PLATFORM_FEE,  # BIC服务费退票
    23: SettlementKind.REFUND,  # 原路退
}
"""By ``account_bill_desc_tag``. Small payments to buyers (14 to 18) and adjustments have no kind of ours."""

_STATES = (
    # the first word that is in the state's own description or in the carrier's sentence
    ("拒收", ShipmentStatus.RETURNING),
    ("退回签收", ShipmentStatus.RETURNED),
    ("退回", ShipmentStatus.RETURNING),
    ("签收", ShipmentStatus.SIGNED),
    ("派送失败", ShipmentStatus.DELIVERY_FAILED),
    ("派送", ShipmentStatus.OUT_FOR_DELIVERY),
    ("派件", ShipmentStatus.OUT_FOR_DELIVERY),
    ("待取件", ShipmentStatus.AWAITING_PICKUP),
    ("驿站", ShipmentStatus.AWAITING_PICKUP),
    ("代收", ShipmentStatus.AWAITING_PICKUP),
    ("揽收", ShipmentStatus.PICKED_UP),
    ("揽件", ShipmentStatus.PICKED_UP),
    ("运输", ShipmentStatus.IN_TRANSIT),
    ("到达", ShipmentStatus.IN_TRANSIT),
    ("发往", ShipmentStatus.IN_TRANSIT),
    ("丢失", ShipmentStatus.LOST),
    ("下单", ShipmentStatus.LABEL_CREATED),
    ("出单", ShipmentStatus.LABEL_CREATED),
)


def read_product(reply: Json, *, shop_id: str, product_id: str = "") -> Product:
    """The product in an answer of product.detail; ``product_id`` is the one that was asked for, where one was.

    Raises:
        PayloadError: with every bad path, and for another product than the one that was asked for.
    """
    payload = read(ProductPayload, reply, kind="product", ref=product_id)
    found = payload.product_id_str or payload.product_id
    check_asked(found, product_id, path="product_id", kind="product", reply=reply)

    def make() -> Product:
        categories = payload.category_detail
        return Product(
            platform=PLATFORM,
            shop_id=shop_id,
            product_id=found,
            title=payload.name,
            status=_product_status(payload),
            platform_status=f"{payload.status}/{payload.check_status}",
            skus=tuple(_sku(sku, payload) for sku in payload.spec_prices),
            merchant_product=payload.outer_product_id or payload.out_product_id,
            brand_id=payload.standard_brand_id or payload.brand_id,
            category_ids=tuple(
                filter(
                    None,
                    (
                        categories.first_cid,
                        categories.second_cid,
                        categories.third_cid,
                        categories.fourth_cid,
                    ),
                )
            ),
            image_urls=payload.pic or ((payload.img,) if payload.img else ()),
            updated_at=beijing(payload.update_time),
            raw=reply,
        )

    return build(make, kind="product", ref=found, payload=reply)


def _product_status(payload: ProductPayload) -> ProductStatus:
    if payload.status == _DELETED:
        return ProductStatus.DELETED
    if payload.check_status == _BANNED:
        return ProductStatus.BANNED
    if payload.status == 0:
        waits = payload.check_status == _WAITS_FOR_LISTING
        return ProductStatus.DELISTED if waits else ProductStatus.LISTED
    if payload.status == 1:
        draft = payload.check_status == _NOT_SUBMITTED
        return ProductStatus.DRAFT if draft else ProductStatus.DELISTED
    return ProductStatus.UNKNOWN


def _sku(sku: SkuPayload, product: ProductPayload) -> Sku:
    words = {value.id: (group.name, value.name) for group in product.specs for value in group.values}
    return Sku(
        sku_id=sku.sku_id,
        merchant_sku=sku.code or sku.outer_sku_id or sku.out_sku_id,
        attributes=tuple(words[id_] for id_ in sku.spec_detail_ids if id_ in words),
        price=fen(sku.price),
        list_price=fen(product.market_price) if product.market_price else None,
        stock=sku.stock_num,
    )


def read_stock(reply: Json, *, shop_id: str, product_id: str, sku_id: str, at: datetime) -> Stock:
    """The stock in an answer of sku.stockNum.

    Raises:
        PayloadError: with every bad path, and for another SKU than the one that was asked for.
    """
    payload = read(StockReply, reply, kind="stock", ref=sku_id)
    if payload.sku_id:
        check_asked(payload.sku_id, sku_id, path="sku_id", kind="SKU", reply=reply)
    return Stock(
        platform=PLATFORM,
        shop_id=shop_id,
        product_id=product_id,
        sku_id=sku_id,
        sellable=payload.stock_num,
        reserved=max(0, payload.prehold_stock_num),
        at=at,
    )


def read_account_item(row: Json, *, shop_id: str) -> Settlement:
    """One movement of order.getShopAccountItem.

    Raises:
        PayloadError: with every bad path.
    """
    named = row.get("account_trade_no")
    ref = named if isinstance(named, str) else ""
    item = read(AccountItem, row, kind="settlement", ref=ref)
    at = beijing(item.bill_time)
    if at is None or not item.account_trade_no:
        path = "bill_time" if at is None else "account_trade_no"
        wrong = Problem(path, "is missing or unreadable", "2026-11-11 20:00:00" if at is None else "an id")
        raise PayloadError(kind="settlement", problems=[wrong], ref=ref, payload=row)

    def make() -> Settlement:
        return Settlement(
            platform=PLATFORM,
            shop_id=shop_id,
            settlement_id=item.account_trade_no,
            kind=_KINDS.get(item.account_bill_desc_tag, SettlementKind.UNKNOWN),
            platform_kind=item.account_bill_desc or str(item.account_bill_desc_tag),
            direction=FlowDirection.OUT if item.fund_flow == 1 else FlowDirection.IN,
            amount=fen(abs(item.account_amount)),
            parts=_parts(item),
            at=at,
            order_id=item.shop_order_id or item.order_id,
            transaction_id=item.account_trade_no,
            note=item.remark,
            raw=row,
        )

    return build(make, kind="settlement", ref=item.account_trade_no, payload=row)


def _parts(item: AccountItem) -> tuple[SettlementPart, ...]:
    """What a movement is made of. Fees are the shop's loss, whatever sign the platform gives them."""
    signed = (
        ("pay_amount", SettlementKind.ORDER_INCOME, item.pay_amount),
        ("promotion_amount", SettlementKind.SUBSIDY, item.promotion_amount),
        ("author_coupon_subsidy", SettlementKind.SUBSIDY, item.author_coupon_subsidy),
        ("refund_amount", SettlementKind.REFUND, -abs(item.refund_amount)),
        ("platform_service_fee", SettlementKind.PLATFORM_FEE, -abs(item.platform_service_fee)),
        ("commission", SettlementKind.COMMISSION, -abs(item.commission)),
        ("channel_fee", SettlementKind.COMMISSION, -abs(item.channel_fee)),
        ("colonel_service_fee", SettlementKind.COMMISSION, -abs(item.colonel_service_fee)),
        ("channel_promotion_fee", SettlementKind.COMMISSION, -abs(item.channel_promotion_fee)),
        ("other_sharing_amount", SettlementKind.UNKNOWN, -abs(item.other_sharing_amount)),
    )
    return tuple(
        SettlementPart(kind=kind, platform_kind=name, amount=fen(minor))
        for name, kind, minor in signed
        if minor
    )


def route_event(
    node: RouteNode, *, shop_id: str, order_id: str, waybill_id: str, carrier_code: str, carrier_name: str
) -> ShipmentEvent | None:
    """One node of a trace; None for one without a moment."""
    at = beijing(node.timestamp)
    if at is None:
        return None
    said = f"{node.state_description} {node.content}"
    status = next((status for word, status in _STATES if word in said), ShipmentStatus.UNKNOWN)
    return ShipmentEvent(
        platform=PLATFORM,
        shop_id=shop_id,
        order_id=order_id,
        waybill_id=waybill_id,
        carrier_code=carrier_code,
        carrier_name=carrier_name,
        status=status,
        platform_status=node.state_description or node.state,
        at=at,
        place=node.site_name,
        text=node.content,
        raw={"state": node.state},
    )
