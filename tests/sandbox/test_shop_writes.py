"""Writes of the emulated WeChat Store: what each does, what it refuses, and that its effects are counted."""

from datetime import timedelta

import pytest

from privdomain.errors import ArgumentError
from privdomain.sandbox import EmulatedWeChatShop, SoldLine, SoldOrder, SoldStatus

ORDER = "3705115058471208928"
SEND = "order/delivery/send"


def sold(clock, **more):
    tea = SoldLine(product_id="100", sku_id="1001", quantity=3, unit_price=2000, paid=5400, title="龙井")
    cup = SoldLine(product_id="200", sku_id="2001", quantity=1, unit_price=3000, paid=3000)
    usual = {"order_id": ORDER, "buyer_id": "oA", "created": clock(), "updated": clock(), "lines": (tea, cup)}
    return SoldOrder(**usual | more)


@pytest.fixture
def caller(serve, clock):
    """A caller of a shop that has sold one order."""
    platform = EmulatedWeChatShop(clock=clock)
    platform.sell(sold(clock))
    return serve(platforms=[platform])


def parcel(waybill="SF1", *, tea=0, cup=0, delivery_id="SF", **more):
    goods = [("100", "1001", tea), ("200", "2001", cup)]
    infos = [{"product_id": p, "sku_id": s, "product_cnt": n} for p, s, n in goods if n]
    return {
        "deliver_type": 1,
        "waybill_id": waybill,
        "delivery_id": delivery_id,
        "product_infos": infos,
    } | more


def code(caller, path, body):
    return caller.post(path, body)["errcode"]


def order(caller):
    return caller.post("order/get", {"order_id": ORDER})["order"]


@pytest.mark.parametrize(
    ("status", "number"),
    [
        (SoldStatus.PENDING_PAYMENT, 10),
        (SoldStatus.PAID, 20),
        (SoldStatus.SHIPPED, 30),
        (SoldStatus.COMPLETED, 100),
        (SoldStatus.CLOSED, 250),
    ],
)
def test_a_sale_is_an_order(caller, clock, status, number):
    """With its goods in the catalogue, at the prices that were paid, and moved when it changes."""
    clock.move(60)
    caller.shop.sell(sold(clock, order_id="37", status=status, freight=800))
    served = caller.post("order/get", {"order_id": "37"})["order"]

    assert (served["status"], served["order_detail"]["price_info"]["order_price"]) == (number, 9200)
    assert [line["real_price"] for line in served["order_detail"]["product_infos"]] == [5400, 3000]
    assert caller.post("product/get", {"product_id": "200"})["product"]["skus"][0]["sku_id"] == "2001"
    clock.move(60)
    caller.shop.sell(
        sold(clock, order_id="37", created=clock() - timedelta(seconds=60), status=SoldStatus.CLOSED)
    )
    assert caller.post("order/get", {"order_id": "37"})["order"]["update_time"] == int(clock().timestamp())


def test_a_later_state_of_a_sale_keeps_what_calls_have_written(caller, clock):
    """Parcels and notes are the shop's, not the sale's."""
    assert code(caller, SEND, {"order_id": ORDER, "delivery_list": [parcel(tea=3, cup=1)]}) == 0
    assert code(caller, "order/merchantnotes/update", {"order_id": ORDER, "merchant_notes": "急"}) == 0
    caller.shop.sell(sold(clock, status=SoldStatus.COMPLETED))

    detail = order(caller)["order_detail"]
    assert [told["waybill_id"] for told in detail["delivery_info"]["delivery_product_info"]] == ["SF1"]
    assert detail["ext_info"]["merchant_notes"] == "急"


def test_parcels_fill_an_order(caller):
    """20 → 21 → 30, each unit once; the third parcel has nothing left."""
    assert code(caller, SEND, {"order_id": ORDER, "delivery_list": [parcel("1", tea=2)]}) == 0
    assert (order(caller)["status"], order(caller)["order_detail"]["delivery_info"]["ship_done_time"]) == (
        21,
        0,
    )
    assert code(caller, SEND, {"order_id": ORDER, "delivery_list": [parcel("2", tea=2, cup=1)]}) == 40097
    both = [parcel("2", tea=1), parcel("3", cup=1, delivery_id="OTHER")]
    assert code(caller, SEND, {"order_id": ORDER, "delivery_list": both}) == 0
    assert order(caller)["status"] == 30
    assert code(caller, SEND, {"order_id": ORDER, "delivery_list": [parcel("4", tea=1)]}) == 40097
    assert [shipment.waybill_id for shipment in caller.shop.shipments(ORDER)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"order_id": "1", "delivery_list": [parcel(tea=1)]}, 100002),
        ({"order_id": int(ORDER), "delivery_list": [parcel(tea=1)]}, 47001),
        ({"order_id": ORDER}, 40097),
        ({"order_id": ORDER, "delivery_list": []}, 40097),
        ({"order_id": ORDER, "delivery_list": {}}, 47001),
        ({"order_id": ORDER, "delivery_list": [parcel()]}, 40097),
        ({"order_id": ORDER, "delivery_list": [parcel(tea=1, delivery_id="YD")]}, 40097),
        ({"order_id": ORDER, "delivery_list": [parcel("", tea=1)]}, 40097),
        ({"order_id": ORDER, "delivery_list": [parcel(tea=1, deliver_type=2)]}, 40097),
        ({"order_id": ORDER, "delivery_list": [parcel(tea=1, product_infos=[{"product_id": 100}])]}, 40097),
    ],
)
def test_a_parcel_that_is_none_ships_nothing(caller, body, expected):
    """And the order stays as it was."""
    before = order(caller)
    assert code(caller, SEND, body) == expected
    assert order(caller) == before
    assert caller.shop.shipments(ORDER) == ()


def test_decoding_is_counted_and_can_be_limited(caller):
    """In clear what the order shows masked."""
    masked = order(caller)["order_detail"]["delivery_info"]["address_info"]
    clear = caller.post("order/sensitiveinfo/decode", {"order_id": ORDER})["address_info"]
    assert "*" in masked["tel_number"]
    assert clear["tel_number"].startswith("100")
    assert clear["hash_code"] == masked["hash_code"]
    assert caller.shop.decodes(ORDER) == 1
    assert code(caller, "order/sensitiveinfo/decode", {"order_id": "1"}) == 100002
    assert caller.shop.decodes(ORDER) == 1


ACCEPT = "aftersale/acceptapply"


@pytest.mark.parametrize(
    ("kind", "status", "accept_type", "expected", "after", "refunds"),
    [
        ("REFUND", "MERCHANT_PROCESSING", None, 0, "MERCHANT_REFUND_SUCCESS", 1),
        ("REFUND", "MERCHANT_PROCESSING", 2, 0, "MERCHANT_REFUND_SUCCESS", 1),
        ("REFUND", "MERCHANT_PROCESSING", 1, 10021041, "MERCHANT_PROCESSING", 0),
        ("REFUND", "USER_CANCELD", 2, 10021041, "USER_CANCELD", 0),
        ("RETURN", "MERCHANT_PROCESSING", None, 0, "USER_WAIT_RETURN", 0),
        ("RETURN", "MERCHANT_PROCESSING", 1, 0, "USER_WAIT_RETURN", 0),
        ("RETURN", "MERCHANT_PROCESSING", 2, 10021041, "MERCHANT_PROCESSING", 0),
        ("RETURN", "USER_WAIT_RETURN", None, 10021041, "USER_WAIT_RETURN", 0),
        ("RETURN", "USER_WAIT_RETURN", 2, 0, "MERCHANT_RETURN_SUCCESS", 1),
        ("RETURN", "MERCHANT_WAIT_RECEIPT", None, 0, "MERCHANT_RETURN_SUCCESS", 1),
        ("RETURN", "MERCHANT_WAIT_RECEIPT", 1, 10021041, "MERCHANT_WAIT_RECEIPT", 0),
        ("EXCHANGE", "MERCHANT_PROCESSING", 1, 0, "USER_WAIT_RETURN", 0),
        ("EXCHANGE", "MERCHANT_PROCESSING", 2, 10021041, "MERCHANT_PROCESSING", 0),
    ],
)
def test_one_call_agrees_and_pays_back(caller, kind, status, accept_type, expected, after, refunds):
    """By kind, stage and accept_type; each payment is booked, and told to the order."""
    case = caller.shop.open_aftersale(ORDER, kind=kind)
    caller.shop.update_aftersale(case, status=status)
    body = {"after_sale_order_id": case} | ({"accept_type": accept_type} if accept_type else {})

    assert code(caller, ACCEPT, body) == expected
    served = caller.post("aftersale/getaftersaleorder", {"after_sale_order_id": case})["after_sale_order"]
    assert (served["status"], caller.shop.refunds(case)) == (after, refunds)
    line = order(caller)["order_detail"]["product_infos"][0]
    assert (line["on_aftersale_sku_cnt"], line["finish_aftersale_sku_cnt"]) == ((0, 3) if refunds else (3, 0))
    assert [flow["amount"] for flow in caller.shop.flows() if flow["flow_type"] == 2] == [5400] * refunds


def test_an_order_of_which_all_came_back_is_closed(caller):
    """Status 200 (complaint 22)."""
    for sku_id in ("1001", "2001"):
        case = caller.shop.open_aftersale(ORDER, sku_id=sku_id)
        assert code(caller, ACCEPT, {"after_sale_order_id": case}) == 0
    assert order(caller)["status"] == 200


def test_a_case_that_is_not_there(caller):
    """A number in place of its id is a wrong format (complaint 14), an unknown one is not found."""
    case = caller.shop.open_aftersale(ORDER)
    assert code(caller, "aftersale/getaftersaleorder", {"after_sale_order_id": int(case)}) == 47001
    assert code(caller, "aftersale/getaftersaleorder", {"after_sale_order_id": "1"}) == 10021050
    assert (
        code(caller, "aftersale/rejectapply", {"after_sale_order_id": case, "reject_reason_type": 7}) == 40097
    )
    with pytest.raises(ArgumentError):
        caller.shop.open_aftersale(ORDER, count=4)
    with pytest.raises(ArgumentError):
        caller.shop.open_aftersale(ORDER, sku_id="9")
    with pytest.raises(ArgumentError):
        caller.shop.update_aftersale("1", status="X")


def test_a_list_of_cases_takes_one_pair_of_24_hours(caller, at):
    """Both bounds belong to it."""
    case = caller.shop.open_aftersale(ORDER)
    path = "aftersale/getaftersalelist"
    found = caller.post(path, {"begin_update_time": at(), "end_update_time": at(86_400)})
    assert (found["after_sale_order_id_list"], found["has_more"]) == ([case], False)
    assert code(caller, path, {"begin_update_time": at(), "end_update_time": at(86_401)}) == 10020004
    assert code(caller, path, {"begin_update_time": at()}) == 40097
    assert code(caller, path, {}) == 40097
    earlier = {"begin_create_time": at(-10), "end_create_time": at(-1)}
    assert caller.post(path, earlier)["after_sale_order_id_list"] == []


def test_a_request_id_opens_one_case(caller):
    """The second is told so."""
    wish = {
        "request_id": "r", "order_id": ORDER, "product_id": "100", "sku_id": "1001", "count": 1, "amount": 1800,
        "reason": "10000002", "type": "REFUND",
    }  # fmt: skip
    opened = caller.post("aftersale/genaftersaleorder", wish)
    assert caller.shop.aftersales_of(ORDER) == (opened["after_sale_order_id"],)
    assert code(caller, "aftersale/genaftersaleorder", wish) == 10021089
    assert code(caller, "aftersale/genaftersaleorder", wish | {"request_id": "s", "count": 9}) == 40097


@pytest.mark.parametrize(
    ("diff_type", "num", "expected", "after"),
    [(1, 5, 0, 5), (3, 9, 0, 9), (3, 0, 0, 0), (2, 1, 10020219, 0), (1, 0, 10020218, 0), (4, 1, 10020051, 0)],
)
def test_stock_is_added_taken_and_set(caller, diff_type, num, expected, after):
    """And each write that was carried out is kept."""
    body = {"product_id": "100", "sku_id": "1001", "diff_type": diff_type, "num": num}
    assert code(caller, "product/stock/update", body) == expected
    asked = {"product_id": "100", "sku_id": "1001"}
    assert caller.post("product/stock/get", asked)["data"]["normal_stock_num"] == after
    assert len(caller.shop.stock_changes("100", "1001")) == (expected == 0)


FLOWS = "funds/getfundsflowlist"


def test_movements_come_out_at_four_in_the_afternoon(caller, clock):
    """Of the day before, in Beijing; an end beyond that is cut off in silence."""
    flow = caller.shop.book_flow(at=clock(), funds_type=1, amount=100)  # 11 November, 08:00 in Beijing
    span = {"start_time": 0, "end_time": 2**31 - 1}
    clock.move(32 * 3600 - 1)  # 12 November, 15:59:59
    assert caller.post(FLOWS, span)["flow_ids"] == []
    clock.move(1)
    assert caller.post(FLOWS, span)["flow_ids"] == [flow]
    told = caller.post("funds/getfundsflowdetail", {"flow_id": flow})["funds_flow"]
    assert (told["bookkeeping_time"], told["flow_type"], told["balance"]) == ("2026-11-11 08:00:00", 1, 100)


def test_a_key_of_movements_counts_with_its_page_only(caller, clock):
    """With another number or size it is as if it were not there."""
    flows = [caller.shop.book_flow(at=clock(), funds_type=1, amount=n) for n in range(1, 8)]
    clock.move(3 * 86_400)
    first = caller.post(FLOWS, {"page": 1, "page_size": 3})
    key = first["next_key"]
    assert (first["flow_ids"], first["has_more"]) == (flows[:3], True)
    assert caller.post(FLOWS, {"page": 2, "page_size": 3, "next_key": key})["flow_ids"] == flows[3:6]
    assert caller.post(FLOWS, {"page": 1, "page_size": 3, "next_key": key})["flow_ids"] == flows[:3]
    assert caller.post(FLOWS, {"page": 2, "page_size": 5, "next_key": key})["flow_ids"] == flows[5:]
    assert code(caller, FLOWS, {"page": 100, "page_size": 100}) == 40097
    assert code(caller, "funds/getfundsflowdetail", {"flow_id": "9"}) == 40097


def test_ids_as_numbers(serve, clock):
    """Everywhere an answer names a product or a SKU; the order's own id stays text."""
    platform = EmulatedWeChatShop(clock=clock, numeric_ids=True)
    platform.sell(sold(clock))
    caller = serve(platforms=[platform])
    served = order(caller)

    assert served["order_id"] == ORDER
    assert [line["sku_id"] for line in served["order_detail"]["product_infos"]] == [1001, 2001]
    assert caller.post("product/list/get", {"page_size": 30})["product_ids"] == [100, 200]
