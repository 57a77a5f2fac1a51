"""One line of an order payload: its amounts, and who reduced them. wechat.md §4.3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from privdomain.errors import ArgumentError, nearest

__all__ = ["DISCOUNT_KINDS", "WeChatLine", "checked_names", "source_info", "wechat_line"]

DISCOUNT_KINDS = (
    "merchant",
    "finder",
    "vip",
    "bulkbuy",
    "limited_discount",
    "cash_coupon",
    "platform_activity_merchant",
    "national_subsidy",
    "national_subsidy_merchant",
)
"""By whom or what a line is reduced; the payload's field is ``<kind>_discounted_price``."""

_SOURCE: Mapping[str, Any] = {
    "sale_channel": 0,
    "account_type": 0,
    "account_id": "",
    "account_nickname": "",
    "content_type": 0,
    "content_id": "",
    "promoter_head_supplier_id": "",
    "original_id": "",
}


def checked_names(given: Mapping[str, Any], known: Iterable[str], *, what: str) -> None:
    """Refuse a misspelt name, with the nearest right one."""
    names = tuple(known)
    for name in given:
        if name not in names:
            close = nearest(name, names)
            hint = f"; did you mean {close!r}?" if close else f" (there are: {', '.join(names)})"
            raise ArgumentError(f"{what} has no {name!r}{hint}")


def source_info(sku_id: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of ``source_infos``: what brought this SKU into the basket."""
    checked_names(source, _SOURCE, what="source_infos")
    return {"sku_id": sku_id, **_SOURCE, **source}


@frozen(kw_only=True)
class WeChatLine:
    """One line with all its amounts in fen, as `wechat_line` has worked them out."""

    product_id: str
    sku_id: str
    quantity: int
    sale_price: int
    """List price of one unit; every other amount is for the whole line."""
    market_price: int
    discounts: Mapping[str, int]
    deduction: int
    """What points paid."""
    change_price: int | None
    """The line's price as the merchant changed it before payment."""
    title: str
    sku_code: str
    attributes: Mapping[str, str]
    source: Mapping[str, Any] | None
    is_free_gift: bool
    refunding_quantity: int
    refunded_quantity: int

    @property
    def list_price(self) -> int:
        """Unit price times quantity."""
        return self.sale_price * self.quantity

    @property
    def estimate_price(self) -> int:
        """What discounts and points leave."""
        return self.list_price - sum(self.discounts.values()) - self.deduction

    @property
    def real_price(self) -> int:
        """What the buyer pays for the line."""
        return (
            self.estimate_price if self.change_price is None else min(self.estimate_price, self.change_price)
        )

    def payload(self, line_id: str, *, delivery: dict[str, Any], service: dict[str, Any]) -> dict[str, Any]:
        """The line as an entry of ``product_infos``; the last two are shared by the lines of one order."""
        document: dict[str, Any] = {
            "product_id": self.product_id,
            "sku_id": self.sku_id,
            "product_unique_id": line_id,
            "title": self.title,
            "thumb_img": "",
            "sku_code": self.sku_code,
            "sku_attrs": [{"attr_key": key, "attr_value": value} for key, value in self.attributes.items()],
            "sku_cnt": self.quantity,
            "sale_price": self.sale_price,
            "market_price": self.market_price,
            "estimate_price": self.estimate_price,
            "real_price": self.real_price,
            "is_discounted": bool(self.discounts),
            "is_change_price": self.change_price is not None,
            "use_deduction": self.deduction > 0,
            "deduction_price": self.deduction,
            "on_aftersale_sku_cnt": self.refunding_quantity,
            "finish_aftersale_sku_cnt": self.refunded_quantity,
            "sku_deliver_info": delivery,
            "extra_service": service,
        }
        if self.change_price is not None:
            document["change_price"] = self.change_price
        if self.is_free_gift:
            document["is_free_gift"] = 1
        for kind, amount in self.discounts.items():
            document[f"{kind}_discounted_price"] = amount
        return document


def wechat_line(
    *,
    product_id: str,
    sku_id: str,
    quantity: int,
    sale_price: int,
    real_price: int | None = None,
    discounts: Mapping[str, int] | None = None,
    deduction: int = 0,
    change_price: int | None = None,
    market_price: int | None = None,
    title: str = "",
    sku_code: str = "",
    attributes: Mapping[str, str] | None = None,
    source: Mapping[str, Any] | None = None,
    is_free_gift: bool = False,
    refunding_quantity: int = 0,
    refunded_quantity: int = 0,
) -> WeChatLine:
    """A line for `wechat_order`. Amounts are fen; ``sale_price`` is per unit, every other amount for the line.

    ``real_price`` follows from the rest. Given below it, the difference is a discount of the merchant; given above
    it, or with a ``change_price`` that says otherwise, it is refused.

    ```python
    from privdomain.sandbox import wechat_line

    line = wechat_line(product_id="100", sku_id="1001", quantity=2, sale_price=1280, discounts={"vip": 100})
    assert (line.list_price, line.estimate_price, line.real_price) == (2560, 2460, 2460)

    line = wechat_line(product_id="100", sku_id="1001", quantity=2, sale_price=1280, real_price=2500)
    assert line.discounts == {"merchant": 60}
    ```
    """
    given = {kind: amount for kind, amount in (discounts or {}).items() if amount}
    checked_names(given, DISCOUNT_KINDS, what="a line's discounts")
    if quantity < 1 or min(sale_price, deduction, change_price or 0, *given.values(), 0) < 0:
        raise ArgumentError(f"line {sku_id}: a quantity is at least 1, and no amount is negative")
    left = sale_price * quantity - sum(given.values()) - deduction
    if real_price is not None and change_price is None and 0 <= real_price < left:
        given["merchant"] = given.get("merchant", 0) + left - real_price
    line = WeChatLine(
        product_id=product_id,
        sku_id=sku_id,
        quantity=quantity,
        sale_price=sale_price,
        market_price=sale_price if market_price is None else market_price,
        discounts=given,
        deduction=deduction,
        change_price=change_price,
        title=title,
        sku_code=sku_code,
        attributes=attributes or {},
        source=source,
        is_free_gift=is_free_gift,
        refunding_quantity=refunding_quantity,
        refunded_quantity=refunded_quantity,
    )
    if line.real_price < 0:
        raise ArgumentError(
            f"line {sku_id}: discounts and points take {-line.real_price} fen more than its list price"
        )
    if real_price is not None and real_price != line.real_price:
        raise ArgumentError(
            f"line {sku_id}: real_price {real_price} cannot be; price, discounts and points leave {line.real_price} "
            "(round the unit price up if the line total is what you have)"
        )
    return line
