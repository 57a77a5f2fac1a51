"""A sale in nobody's words becomes an order of the WeChat Store."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from privdomain.sandbox.sales import SoldOrder, SoldStatus
from privdomain.sandbox.wechat_shop._line import wechat_line
from privdomain.sandbox.wechat_shop._order_payload import wechat_order

__all__ = ["order_of_sale", "receiver_of_sale"]

_STATUS: Mapping[SoldStatus, int] = {
    SoldStatus.PENDING_PAYMENT: 10,
    SoldStatus.PAID: 20,
    SoldStatus.SHIPPED: 30,
    SoldStatus.COMPLETED: 100,
    SoldStatus.CLOSED: 250,
}
_CITIES = (("浙江省", "杭州市", "西湖区"), ("广东省", "深圳市", "南山区"), ("四川省", "成都市", "武侯区"))


def receiver_of_sale(buyer_id: str) -> dict[str, str]:
    """A made-up receiver, always the same for one buyer; its number begins as no telephone's does."""
    drawn = int.from_bytes(blake2b(buyer_id.encode(), digest_size=8).digest(), "big")
    province, city, county = _CITIES[drawn % len(_CITIES)]
    return {
        "user_name": "王李张刘陈"[drawn % 5] + "一二三四五六七"[drawn % 7],
        "tel_number": f"100{drawn % 10**8:08d}",
        "province_name": province,
        "city_name": city,
        "county_name": county,
        "detail_info": f"文三路 {drawn % 900 + 1} 号",
        "house_number": f"{drawn % 30 + 1} 室",
        "postal_code": "",
    }


def order_of_sale(
    sale: SoldOrder, *, old: Mapping[str, Any] | None, receiver: Mapping[str, str]
) -> dict[str, Any]:
    """The order as it is served; what calls have written on the ``old`` one (parcels, a note, cases) stays."""
    order = wechat_order(
        sale.order_id,
        openid=sale.buyer_id,
        created=sale.created,
        updated=sale.updated,
        status=_STATUS[sale.status],
        lines=[
            wechat_line(
                product_id=line.product_id,
                sku_id=line.sku_id,
                quantity=line.quantity,
                sale_price=line.unit_price,
                real_price=line.paid,
                title=line.title,
            )
            for line in sale.lines
        ],
        freight=sale.freight,
        receiver=receiver,
    )
    if old is not None:
        _keep(order, old)
    return order


def _keep(order: dict[str, Any], old: Mapping[str, Any]) -> None:
    detail, before = order["order_detail"], old["order_detail"]
    told = before.get("delivery_info", {})
    if told.get("delivery_product_info"):
        detail["delivery_info"]["delivery_product_info"] = told["delivery_product_info"]
        detail["delivery_info"]["ship_done_time"] = told.get("ship_done_time", 0)
    detail["ext_info"]["merchant_notes"] = before.get("ext_info", {}).get("merchant_notes", "")
    for line, earlier in zip(detail["product_infos"], before["product_infos"], strict=False):
        for name in ("on_aftersale_sku_cnt", "finish_aftersale_sku_cnt"):
            line[name] = earlier.get(name, 0)
