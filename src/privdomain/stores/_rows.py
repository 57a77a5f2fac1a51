"""An order as rows: what each typed column holds, and what no database could hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from privdomain.errors import Problem
from privdomain.models import Order, OrderLine
from privdomain.stores._documents import digest_of, printable
from privdomain.stores._records import RecordRows, document_in

__all__ = ["order_rows", "unstorable"]

_BIGGEST = 2**63 - 1


def order_rows(order: Order, *, space: str) -> RecordRows:
    """The rows of an order in the store's space.

    Raises:
        ArgumentError: for an order that belongs to another space.
    """
    payload = document_in(order, space=space, named=f"order {order.order_id}")
    digest = digest_of(payload)
    identity = {
        "space": space,
        "platform": order.platform,
        "shop_id": order.shop_id,
        "order_id": order.order_id,
    }
    shared = {
        "buyer_id": order.buyer.buyer_id,
        "status": order.status.value,
        "created_at": order.created_at,
        "paid_at": order.paid_at,
        "updated_at": order.updated_at,
        "currency": order.currency,
        "is_gift": order.is_gift,
    }
    lines: tuple[dict[str, Any], ...] = tuple({**identity, **shared, **_line(line)} for line in order.lines)
    row: dict[str, Any] = {
        **identity,
        **shared,
        "platform_status": printable(order.platform_status),
        "shipped_at": order.shipped_at,
        "completed_at": order.completed_at,
        "version": order.version,
        "line_count": len(lines),
        "quantity": sum(line.quantity for line in order.lines),
        "goods_paid_minor": sum(line.paid.minor for line in order.lines),
        "freight_minor": order.freight.minor,
        "discount_minor": sum(discount.amount.minor for discount in order.discounts)
        + sum(line["discount_minor"] for line in lines),
        "total_minor": order.total.minor,
        "digest": digest,
        "payload": payload,
    }
    return RecordRows((order.platform, order.shop_id, order.order_id), order.version, digest, row, (lines,))


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "product_id": line.product_id,
        "sku_id": line.sku_id,
        "title": printable(line.title),
        "merchant_sku": printable(line.merchant_sku),
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price.minor,
        "paid_minor": line.paid.minor,
        "discount_minor": sum(discount.amount.minor for discount in line.discounts),
        "refunded_quantity": line.refunded_quantity,
        "is_freebie": line.is_freebie,
    }


def unstorable(order: Order) -> tuple[Problem, ...]:
    """What of an order a table cannot hold: a number beyond 64 bits, which the model takes.

    An empty answer means that the order can be written.
    """
    alone = tuple(
        Problem(path, "is more than 64 bits hold", "a number that can be meant")
        for path, value in _numbers(order)
        if value > _BIGGEST
    )
    if alone:
        return alone
    cuts = [cut.amount.minor for line in order.lines for cut in line.discounts]
    # Nothing is negative, so that each of these bounds every sum that is stored.
    sums = {
        "order.lines[*].paid": sum(line.paid.minor for line in order.lines),
        "order.lines[*].quantity": sum(line.quantity for line in order.lines),
        "order.discounts": sum(cuts, sum(cut.amount.minor for cut in order.discounts)),
    }
    return tuple(
        Problem(path, "add up to more than 64 bits hold", "numbers that can be meant")
        for path, value in sums.items()
        if value > _BIGGEST
    )


def _numbers(order: Order) -> Iterator[tuple[str, int]]:
    """Every whole number of an order that is stored, with its path."""
    yield "order.total", order.total.minor
    yield "order.freight", order.freight.minor
    for number, cut in enumerate(order.discounts):
        yield f"order.discounts[{number}].amount", cut.amount.minor
    for number, line in enumerate(order.lines):
        path = f"order.lines[{number}]"
        yield f"{path}.unit_price", line.unit_price.minor
        yield f"{path}.paid", line.paid.minor
        yield f"{path}.quantity", line.quantity
        yield f"{path}.refunded_quantity", line.refunded_quantity
        for which, cut in enumerate(line.discounts):
            yield f"{path}.discounts[{which}].amount", cut.amount.minor
