"""Who pays for a reduction: the shop, the platform, a talent, the buyer's points.

The rule of the file: ``unit_price × quantity − Σ discounts = paid`` on every line where the platform itemises what
it took off, and no amount is named twice. What a line does not itemise but the order does is a discount of the
order; a kind this release does not know keeps its name and an unknown payer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from privdomain.models import Discount, DiscountPayer, OrderLine
from privdomain.money import Money
from privdomain.platforms.wechat_shop.payloads import CouponUse, LinePayload, PriceInfo

__all__ = ["line_discounts", "order_discounts"]

_SUFFIX = "_discounted_price"
_PAYERS = {
    "merchant_discounted_price": DiscountPayer.SHOP,
    "finder_discounted_price": DiscountPayer.TALENT,
    "vip_discounted_price": DiscountPayer.SHOP,  # 会员权益
    "bulkbuy_discounted_price": DiscountPayer.SHOP,  # 一起买
    "limited_discount_discounted_price": DiscountPayer.SHOP,  # 限时抢购
    "cash_coupon_discounted_price": DiscountPayer.PLATFORM,  # 平台券
    "platform_activity_merchant_discounted_price": DiscountPayer.SHOP,  # the shop's part of a platform activity
    "national_subsidy_discounted_price": DiscountPayer.PLATFORM,  # 国补: public money that comes by the platform
    "national_subsidy_merchant_discounted_price": DiscountPayer.SHOP,  # 地方补贴 at the shop's expense
    "deduction_price": DiscountPayer.POINTS,
}
_CHANGE = "change_price"  # 改价: the shop lowered the price before it was paid
_UNSPLIT = "discounted_price"


def _amounts(payload: BaseModel) -> dict[str, int]:
    """Every itemised reduction that is there, the unknown kinds last."""
    found = {name: amount for name in _PAYERS if (amount := getattr(payload, name))}
    for name, value in (payload.model_extra or {}).items():
        if name.endswith(_SUFFIX) and (amount := _whole(value)):
            found[name] = amount
    return found


def _whole(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0


def _discount(name: str, amount: int, *, reference_id: str = "") -> Discount:
    payer = DiscountPayer.SHOP if name == _CHANGE else _PAYERS.get(name, DiscountPayer.UNKNOWN)
    return Discount(payer=payer, amount=Money(amount, "CNY"), name=name, reference_id=reference_id)


def line_discounts(line: LinePayload, *, paid_minor: int) -> tuple[Discount, ...]:
    """The reductions of one line."""
    amounts = _amounts(line)
    coupons = [coupon for coupon in line.order_product_coupon_info_list if coupon.discounted_price]
    discounts = [
        _discount(name, amount, reference_id=_take_reference(coupons, amount))
        for name, amount in amounts.items()
    ]
    unexplained = line.sale_price * line.sku_cnt - paid_minor - sum(amounts.values())
    if line.is_change_price and line.estimate_price is not None:
        changed = min(unexplained, line.estimate_price - line.change_price)
        if changed > 0:
            discounts.append(_discount(_CHANGE, changed))
            unexplained -= changed
    discounts += _coupon_discounts(coupons, unexplained)
    return tuple(discounts)


def _take_reference(coupons: list[CouponUse], amount: int) -> str:
    """The coupon that an itemised amount is, so that it is not counted as a second reduction."""
    for coupon in coupons:
        if coupon.discounted_price == amount:
            coupons.remove(coupon)
            return coupon.coupon_id or coupon.user_coupon_id
    return ""


def _coupon_discounts(coupons: Sequence[CouponUse], unexplained: int) -> Iterator[Discount]:
    """Coupons as reductions of their own, as far as no itemised amount explains what was taken off."""
    for coupon in coupons:
        amount = min(coupon.discounted_price, unexplained)
        if amount <= 0:
            return
        unexplained -= amount
        yield Discount(
            payer=DiscountPayer.COUPON,
            amount=Money(amount, "CNY"),
            name="coupon",
            reference_id=coupon.coupon_id or coupon.user_coupon_id,
        )


def order_discounts(price: PriceInfo, lines: Sequence[OrderLine]) -> tuple[Discount, ...]:
    """What the order itemises beyond its lines, and what it only sums up."""
    on_lines: Counter[str] = Counter()
    for line in lines:
        for discount in line.discounts:
            on_lines[discount.name] += discount.amount.minor
    itemised = _amounts(price)
    discounts = [
        _discount(name, rest) for name, amount in itemised.items() if (rest := amount - on_lines[name]) > 0
    ]
    # the sum leaves out points and changed prices, which have sums of their own
    apart = {"deduction_price", _CHANGE}
    named = sum(amount for name, amount in itemised.items() if name not in apart)
    carried = sum(amount for name, amount in on_lines.items() if name not in apart)
    if (rest := price.discounted_price - max(named, carried)) > 0:
        discounts.append(_discount(_UNSPLIT, rest))
    if (rest := price.change_down_price - on_lines[_CHANGE]) > 0:
        discounts.append(_discount(_CHANGE, rest))
    return tuple(discounts)
