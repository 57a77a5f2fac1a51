"""Who pays for a reduction: the shop, the platform, a talent, the channel of payment.

The platform says every reduction twice: by whose activity it is (``promotion_shop_amount`` …), and by who pays
(``shop_cost_amount``, ``only_platform_cost_amount``, ``author_cost_amount``). The second is what is read; the first
only where the second is withheld. What the order says beyond its lines is a discount of the order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from privdomain.models import Discount, DiscountPayer, OrderLine
from privdomain.platforms.douyin._values import fen
from privdomain.platforms.douyin.payloads import LinePayload, OrderPayload

__all__ = ["line_discounts", "order_discounts"]

_PAYERS = {
    "shop_cost_amount": DiscountPayer.SHOP,
    "only_platform_cost_amount": DiscountPayer.PLATFORM,
    "author_cost_amount": DiscountPayer.TALENT,
    "promotion_pay_amount": DiscountPayer.PLATFORM,  # by the channel of payment; neither shop nor talent bears it
    "promotion_amount": DiscountPayer.UNKNOWN,  # what is left where the payers are withheld
    "modify_amount": DiscountPayer.SHOP,  # 改价
    "post_promotion_amount": DiscountPayer.UNKNOWN,  # off the freight; the platform does not say by whom
}


def _discount(name: str, amount: int) -> Discount:
    return Discount(payer=_PAYERS[name], amount=fen(amount), name=name)


def _amounts(payload: LinePayload | OrderPayload) -> dict[str, int]:
    platform = payload.only_platform_cost_amount
    if not platform:  # older answers have only the sum of platform and talent
        platform = max(0, payload.platform_cost_amount - payload.author_cost_amount)
    amounts = {
        "shop_cost_amount": payload.shop_cost_amount,
        "only_platform_cost_amount": platform,
        "author_cost_amount": payload.author_cost_amount,
    }
    amounts["promotion_amount"] = max(0, payload.promotion_amount - sum(amounts.values()))
    amounts["promotion_pay_amount"] = payload.promotion_pay_amount
    return amounts


def line_discounts(line: LinePayload, *, paid_minor: int) -> tuple[Discount, ...]:
    """The reductions of one line, whose goods cost the buyer ``paid_minor`` in the end."""
    amounts = _amounts(line)
    unexplained = line.origin_amount * line.item_num - paid_minor - sum(amounts.values())
    if line.modify_amount and unexplained > 0:
        amounts["modify_amount"] = min(abs(line.modify_amount), unexplained)
    return tuple(_discount(name, amount) for name, amount in amounts.items() if amount)


def order_discounts(order: OrderPayload, lines: Sequence[OrderLine]) -> tuple[Discount, ...]:
    """What the order has beyond its lines."""
    return tuple(_beyond(order, lines))


def _beyond(order: OrderPayload, lines: Sequence[OrderLine]) -> Iterator[Discount]:
    carried: dict[str, int] = {}
    for line in lines:
        for discount in line.discounts:
            carried[discount.name] = carried.get(discount.name, 0) + discount.amount.minor
    amounts = _amounts(order)
    if any(
        carried.get(name) for name in ("shop_cost_amount", "only_platform_cost_amount", "author_cost_amount")
    ):
        # said by payer on the lines: the order's sum by owner would name the same money again
        amounts["promotion_amount"] = 0
    for name, amount in amounts.items():
        if (rest := amount - carried.get(name, 0)) > 0:
            yield _discount(name, rest)
    if order.post_promotion_amount:
        yield _discount("post_promotion_amount", order.post_promotion_amount)
