"""Product payloads: one by one, or the catalogue that a set of orders implies. wechat.md §7."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from privdomain.errors import ArgumentError

__all__ = ["WeChatSku", "catalog_of", "wechat_product"]

_LISTED = 5
_APPROVED = 4


@frozen(kw_only=True)
class WeChatSku:
    """One SKU of a product; prices in fen."""

    sku_id: str
    sale_price: int
    stock: int = 0
    sku_code: str = ""
    market_price: int | None = None
    attributes: Mapping[str, str] = field(factory=dict[str, str])

    def payload(self) -> dict[str, Any]:
        """The SKU as an entry of ``skus``."""
        return {
            "sku_id": self.sku_id,
            "out_sku_id": "",
            "thumb_img": "",
            "sale_price": self.sale_price,
            "market_price": self.sale_price if self.market_price is None else self.market_price,
            "stock_num": self.stock,
            "sku_code": self.sku_code,
            "bar_code": "",
            "sku_attrs": [{"attr_key": key, "attr_value": value} for key, value in self.attributes.items()],
            "status": _LISTED,
        }


def wechat_product(
    product_id: str,
    *,
    title: str,
    skus: Sequence[WeChatSku],
    status: int = _LISTED,
    cat_ids: Sequence[str] = (),
    out_product_id: str = "",
) -> dict[str, Any]:
    """A product as ``product/get`` serves it (the value of its ``product``).

    ```python
    from privdomain.sandbox import WeChatSku, wechat_product

    tea = wechat_product("100", title="龙井 250g", skus=[WeChatSku(sku_id="1001", sale_price=12_800, stock=40)])
    assert tea["min_price"] == 12_800
    ```
    """
    if not skus:
        raise ArgumentError(f"product {product_id} has no SKU; the platform has no such product")
    return {
        "product_id": product_id,
        "out_product_id": out_product_id,
        "title": title,
        "sub_title": "",
        "short_title": "",
        "head_imgs": [],
        "desc_info": {"imgs": [], "desc": ""},
        "cats": [{"cat_id": cat_id} for cat_id in cat_ids],
        "cats_v2": [{"cat_id": cat_id} for cat_id in cat_ids],
        "attrs": [],
        "brand_id": "",
        "deliver_method": 0,
        "express_info": {"template_id": "", "weight": 0},
        "status": status,
        "edit_status": _APPROVED,
        "min_price": min(sku.sale_price for sku in skus),
        "skus": [sku.payload() for sku in skus],
    }


def catalog_of(orders: Iterable[Mapping[str, Any]], *, stock: int = 0) -> list[dict[str, Any]]:
    """The products that ``orders`` were made of: title and price as in the latest order, ``stock`` for every SKU.

    A line that is broken on purpose (no ids, no price) implies no product.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox import catalog_of, wechat_line, wechat_order

    line = wechat_line(product_id="100", sku_id="1001", quantity=2, sale_price=1280, title="龙井 50g")
    order = wechat_order("1", openid="oA", created=datetime(2026, 11, 11, tzinfo=UTC), lines=[line])
    [tea] = catalog_of([order], stock=7)
    assert (tea["title"], tea["skus"][0]["stock_num"]) == ("龙井 50g", 7)
    ```
    """
    titles: dict[str, str] = {}
    skus: dict[str, dict[str, WeChatSku]] = {}
    for order in sorted(orders, key=lambda order: order["create_time"]):
        for line in _lines(order):
            product_id, sku_id = line["product_id"], line["sku_id"]
            titles[product_id] = line.get("title", "")
            skus.setdefault(product_id, {})[sku_id] = WeChatSku(
                sku_id=sku_id,
                sale_price=line["sale_price"],
                stock=stock,
                sku_code=line.get("sku_code", ""),
                market_price=line.get("market_price"),
                attributes={attr["attr_key"]: attr["attr_value"] for attr in line.get("sku_attrs", ())},
            )
    return [
        wechat_product(product_id, title=title, skus=list(skus[product_id].values()))
        for product_id, title in titles.items()
    ]


def _lines(order: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    match order.get("order_detail"):
        case {"product_infos": [*lines]}:
            for line in lines:
                match line:
                    case {"product_id": str(), "sku_id": str(), "sale_price": int()}:
                        yield line
                    case _:
                        pass
        case _:
            pass
