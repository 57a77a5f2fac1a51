"""Products: a listing without has_more, details by data type, stock."""

import pytest

from privdomain.errors import ArgumentError
from privdomain.sandbox import (
    EmulatedWeChatShop,
    WeChatSku,
    catalog_of,
    wechat_line,
    wechat_order,
    wechat_product,
)


def product(number, **more):
    sku = WeChatSku(sku_id=f"{number}1", sale_price=1280 + number, stock=number, attributes={"规格": "50g"})
    return wechat_product(str(number), title=f"茶 {number}", skus=[sku], **more)


def walk(caller, **query):
    found, key = [], ""
    while True:
        page = caller.post("product/list/get", query | {"next_key": key})
        assert page["errcode"] == 0
        assert "has_more" not in page
        found += page["product_ids"]
        key = page["next_key"]
        if not key:
            return found, page["total_num"]


def test_the_listing_ends_with_an_empty_cursor(serve):
    """§7: no has_more, total_num beside the ids."""
    caller = serve(products=[product(n) for n in range(100, 165)])

    found, total = walk(caller, page_size=30)

    assert found == [str(n) for n in range(100, 165)]
    assert total == 65


def test_an_empty_shop_lists_nothing(serve):
    """One page of nothing."""
    assert walk(serve(), page_size=30) == ([], 0)


def test_the_status_filter_counts_too(serve):
    """total_num is of what was asked."""
    caller = serve(products=[product(n, status=5 if n % 2 else 11) for n in range(10)])

    assert walk(caller, page_size=2, status=11) == (["0", "2", "4", "6", "8"], 5)


def test_a_product_id_is_served_as_it_was_given(serve):
    """The platform answers numbers here and text there."""
    numeric = product(7) | {"product_id": 7}
    caller = serve(products=[numeric])

    assert walk(caller, page_size=30) == ([7], 1)
    assert caller.post("product/get", {"product_id": "7"})["product"]["product_id"] == 7


@pytest.mark.parametrize(
    ("data_type", "keys"),
    [(None, {"product"}), (1, {"product"}), (2, {"edit_product"}), (3, {"product", "edit_product"})],
)
def test_data_type_chooses_what_is_answered(serve, data_type, keys):
    """1 on sale, 2 draft, 3 both."""
    caller = serve(products=[product(7)])

    answer = caller.post("product/get", {"product_id": "7", "data_type": data_type})

    assert set(answer) == {"errcode", "errmsg"} | keys
    assert all(answer[key] == product(7) for key in keys)


def test_stock_follows_the_product(serve):
    """put_product changes it; an unknown SKU is a bad argument."""
    caller = serve(products=[product(7)])
    asked = {"product_id": "7", "sku_id": "71"}

    assert caller.post("product/stock/get", asked)["data"] == {
        "normal_stock_num": 7,
        "limited_discount_stock_num": 0,
        "warehouse_stocks": [],
        "total_stock_num": 7,
    }
    sold = product(7)
    sold["skus"][0]["stock_num"] = 6
    caller.shop.put_product(sold)
    assert caller.post("product/stock/get", asked)["data"]["total_stock_num"] == 6
    assert caller.post("product/stock/get", asked | {"sku_id": "72"})["errcode"] == 10020051


def test_a_product_may_arrive_while_the_shop_runs(serve):
    """And is listed."""
    caller = serve(products=[product(7)])
    caller.shop.put_product(product(8))

    assert walk(caller, page_size=1) == (["7", "8"], 2)


def test_the_catalogue_of_orders_has_each_sku_once_at_its_latest_price(clock):
    """Title and price of the latest order; every SKU that was sold."""

    def sold(number, sku_id, price, title):
        line = wechat_line(product_id="100", sku_id=sku_id, quantity=1, sale_price=price, title=title)
        clock.move(60)
        return wechat_order(str(number), openid="oA", created=clock(), lines=[line])

    orders = [sold(1, "a", 900, "旧名"), sold(2, "b", 2000, "旧名"), sold(3, "a", 1000, "新名")]
    [tea] = catalog_of(reversed(orders), stock=4)

    assert tea["title"] == "新名"
    assert {sku["sku_id"]: (sku["sale_price"], sku["stock_num"]) for sku in tea["skus"]} == {
        "a": (1000, 4),
        "b": (2000, 4),
    }
    assert tea["min_price"] == 1000


def test_what_is_no_product_is_refused():
    """Ids are text or numbers, and a product has SKUs."""
    with pytest.raises(ArgumentError, match="product_id"):
        EmulatedWeChatShop(products=[{"title": "?"}])
    with pytest.raises(ArgumentError, match="no SKU"):
        wechat_product("1", title="茶", skus=[])
