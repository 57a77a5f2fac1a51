"""After-sale cases, products and account movements as rows: what each typed column holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from privdomain.models import AfterSale, Product, RefundStatus, Settlement
from privdomain.models._base import instant_micros
from privdomain.stores._documents import digest_of, printable
from privdomain.stores._records import RecordRows, document_in

__all__ = ["aftersale_rows", "product_rows", "settlement_rows"]

_PAID_BACK = (RefundStatus.SUCCEEDED, RefundStatus.RECOVERED)


def aftersale_rows(case: AfterSale, *, space: str) -> RecordRows:
    """The rows of a case: itself, its goods, its payments back."""
    payload = document_in(case, space=space, named=f"after-sale case {case.aftersale_id}")
    identity = {
        "space": space,
        "platform": case.platform,
        "shop_id": case.shop_id,
        "aftersale_id": case.aftersale_id,
    }
    currency = _currency(case)
    shared = {
        "order_id": case.order_id,
        "currency": currency,
        "type": case.type.value,
        "status": case.status.value,
        "created_at": case.created_at,
    }
    lines: tuple[dict[str, Any], ...] = tuple(
        {
            **identity,
            **shared,
            "position": position,
            "line_id": printable(line.line_id),
            "product_id": line.product_id,
            "sku_id": printable(line.sku_id),
            "quantity": line.quantity,
            "requested_minor": None if line.requested is None else line.requested.minor,
        }
        for position, line in enumerate(case.lines)
    )
    refunds: tuple[dict[str, Any], ...] = tuple(
        {
            **identity,
            "position": position,
            "order_id": case.order_id,
            "refund_id": printable(refund.refund_id),
            "status": refund.status.value,
            "amount_minor": refund.amount.minor,
            "freight_minor": None if refund.freight is None else refund.freight.minor,
            "currency": refund.amount.currency,
            "at": refund.at,
        }
        for position, refund in enumerate(case.refunds)
    )
    row: dict[str, Any] = {
        **identity,
        **shared,
        "buyer_id": "" if case.buyer is None else case.buyer.buyer_id,
        "platform_type": printable(case.platform_type),
        "platform_status": printable(case.platform_status),
        "opened_by": case.opened_by.value,
        "reason_code": printable(case.reason_code),
        "updated_at": case.updated_at,
        "deadline_at": case.deadline_at,
        "completed_at": case.completed_at,
        "version": case.version,
        "quantity": sum(line.quantity for line in case.lines),
        "requested_minor": None if case.requested is None else case.requested.minor,
        "refunded_minor": sum(refund.amount.minor for refund in case.refunds if refund.status in _PAID_BACK),
        "digest": digest_of(payload),
        "payload": payload,
    }
    key = (case.platform, case.shop_id, case.aftersale_id)
    return RecordRows(key, case.version, row["digest"], row, (lines, refunds))


def _currency(case: AfterSale) -> str:
    """The one currency of a case, empty where it names no amount."""
    amounts = (
        case.requested,
        *(line.requested for line in case.lines),
        *(one.amount for one in case.refunds),
    )
    return next((amount.currency for amount in amounts if amount is not None), "")


def product_rows(product: Product, *, space: str, read_at: datetime) -> RecordRows:
    """The rows of a product and its SKUs; without an update time of the platform's, its version is ``read_at``."""
    payload = document_in(product, space=space, named=f"product {product.product_id}")
    identity = {
        "space": space,
        "platform": product.platform,
        "shop_id": product.shop_id,
        "product_id": product.product_id,
    }
    stocks = [sku.stock for sku in product.skus if sku.stock is not None]
    skus: tuple[dict[str, Any], ...] = tuple(
        {
            **identity,
            "sku_id": sku.sku_id,
            "merchant_sku": printable(sku.merchant_sku),
            "barcode": printable(sku.barcode),
            "price_minor": sku.price.minor,
            "list_price_minor": None if sku.list_price is None else sku.list_price.minor,
            "currency": sku.price.currency,
            "stock": sku.stock,
        }
        for sku in product.skus
    )
    version = instant_micros(product.updated_at or read_at)
    row: dict[str, Any] = {
        **identity,
        "title": printable(product.title),
        "merchant_product": printable(product.merchant_product),
        "status": product.status.value,
        "platform_status": printable(product.platform_status),
        "category_id": printable(product.category_ids[-1]) if product.category_ids else "",
        "sku_count": len(product.skus),
        "price_minor": min((sku.price.minor for sku in product.skus), default=None),
        "currency": product.skus[0].price.currency if product.skus else "",
        "stock": sum(stocks) if stocks else None,
        "updated_at": product.updated_at,
        "version": version,
        "seen_at": read_at,
        "missing_since": None,
        "digest": digest_of(payload),
        "payload": payload,
    }
    key = (product.platform, product.shop_id, product.product_id)
    return RecordRows(key, version, row["digest"], row, (skus,))


def settlement_rows(movement: Settlement, *, space: str) -> RecordRows:
    """The row of a movement. It has no update time: its version is when it was booked."""
    payload = document_in(movement, space=space, named=f"settlement {movement.settlement_id}")
    version = instant_micros(movement.at)
    row: dict[str, Any] = {
        "space": space,
        "platform": movement.platform,
        "shop_id": movement.shop_id,
        "settlement_id": movement.settlement_id,
        "kind": movement.kind.value,
        "platform_kind": printable(movement.platform_kind),
        "direction": movement.direction.value,
        "amount_minor": movement.amount.minor,
        "balance_minor": None if movement.balance is None else movement.balance.minor,
        "currency": movement.amount.currency,
        "order_id": printable(movement.order_id),
        "aftersale_id": printable(movement.aftersale_id),
        "at": movement.at,
        "version": version,
        "digest": digest_of(payload),
        "payload": payload,
    }
    key = (movement.platform, movement.shop_id, movement.settlement_id)
    return RecordRows(key, version, row["digest"], row, ())
