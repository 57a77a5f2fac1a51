"""An order as rows: what each typed column holds, and what no database could hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from attrs import frozen

from privdomain.errors import ArgumentError, Problem
from privdomain.models import Order, OrderLine
from privdomain.stores._types import SPACE_LENGTH

__all__ = ["OrderRows", "digest_of", "order_rows", "unstorable"]

_BIGGEST = 2**63 - 1
_DIGEST_BYTES = 16


@frozen
class OrderRows:
    """One order, ready to be written."""

    key: tuple[str, str, str]
    """Platform, shop, order."""
    version: int
    digest: str
    order: dict[str, Any]
    lines: tuple[dict[str, Any], ...]


def order_rows(order: Order, *, space: str) -> OrderRows:
    """The rows of an order in the store's space.

    Raises:
        ArgumentError: for an order that belongs to another space.
    """
    if order.space not in {"", space}:
        raise ArgumentError(
            f"order {order.order_id} belongs to space {order.space!r}, this store writes {space!r}; "
            f"open SqlStore(…, space={order.space!r})"
        )
    if order.space != space:
        order = order.model_copy(update={"space": space})
    payload = order.model_dump_json()
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
        "platform_status": _printable(order.platform_status),
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
    return OrderRows((order.platform, order.shop_id, order.order_id), order.version, digest, row, lines)


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "product_id": line.product_id,
        "sku_id": line.sku_id,
        "title": _printable(line.title),
        "merchant_sku": _printable(line.merchant_sku),
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price.minor,
        "paid_minor": line.paid.minor,
        "discount_minor": sum(discount.amount.minor for discount in line.discounts),
        "refunded_quantity": line.refunded_quantity,
        "is_freebie": line.is_freebie,
    }


def digest_of(text: str) -> str:
    """What tells one text from another in 32 characters."""
    return blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _printable(text: str) -> str:
    # PostgreSQL takes no NUL in a text; the payload keeps it, escaped as JSON does
    return text.replace("\x00", "") if "\x00" in text else text


def unstorable(order: Order) -> tuple[Problem, ...]:
    """What of an order a table cannot hold: two lines with one id, two currencies, an amount beyond 64 bits.

    A platform may send such an order, and the model takes it; an empty answer means that it can be written.
    """
    return (
        *_bad_ids(order),
        *_bad_currencies(order),
        *_bad_numbers(order),
    )


def _bad_ids(order: Order) -> Iterator[Problem]:
    if len(order.space) > SPACE_LENGTH:
        yield Problem("space", "is too long", f"at most {SPACE_LENGTH} characters")
    ids = {
        "platform": order.platform,
        "shop_id": order.shop_id,
        "order_id": order.order_id,
        "buyer.buyer_id": order.buyer.buyer_id,
    }
    seen: dict[str, int] = {}
    for number, line in enumerate(order.lines):
        at = f"lines[{number}]"
        ids |= {
            f"{at}.line_id": line.line_id,
            f"{at}.product_id": line.product_id,
            f"{at}.sku_id": line.sku_id,
        }
        first = seen.setdefault(line.line_id, number)
        if first != number:
            yield Problem(f"{at}.line_id", f"is the id of lines[{first}] too", "an id of its own")
    for path, value in ids.items():
        if "\x00" in value:
            yield Problem(path, "holds a NUL character", "printable text")


def _bad_currencies(order: Order) -> Iterator[Problem]:
    currency = order.currency
    found = {"freight": order.freight.currency}
    found |= {
        f"discounts[{i}].amount": discount.amount.currency for i, discount in enumerate(order.discounts)
    }
    for number, line in enumerate(order.lines):
        at = f"lines[{number}]"
        found |= {f"{at}.unit_price": line.unit_price.currency, f"{at}.paid": line.paid.currency}
        found |= {f"{at}.discounts[{i}].amount": cut.amount.currency for i, cut in enumerate(line.discounts)}
    for path, other in found.items():
        if other != currency:
            yield Problem(path, f"is in {other}", f"{currency}, the currency of the order's total")


def _bad_numbers(order: Order) -> Iterator[Problem]:
    amounts: dict[str, Sequence[int]] = {
        "total": [order.total.minor],
        "freight": [order.freight.minor],
        "discounts": [discount.amount.minor for discount in order.discounts],
        "lines.paid": [line.paid.minor for line in order.lines],
        "lines.unit_price": [line.unit_price.minor for line in order.lines],
        "lines.discounts": [cut.amount.minor for line in order.lines for cut in line.discounts],
        "lines.quantity": [line.quantity for line in order.lines],
        "lines.refunded_quantity": [line.refunded_quantity for line in order.lines],
    }
    # the sum of sizes bounds every sum that is stored
    for path, values in amounts.items():
        if sum(map(abs, values)) > _BIGGEST // 2:
            yield Problem(path, "is beyond 64 bits", "an amount in minor units")
