"""The emulated 小红书 by a caller that knows nothing but HTTP and md5: what it checks and what it does."""

import hashlib
import http.client
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import privdomain
from privdomain.errors import ArgumentError
from privdomain.sandbox import Fault, Sandbox, SoldLine, SoldOrder, SoldStatus
from privdomain.sandbox.xiaohongshu import GATEWAY, EmulatedXiaohongshu

START = datetime(2026, 11, 11, tzinfo=UTC)
START_S = int(START.timestamp())


class Caller:
    """One connection; signs by itself."""

    def __init__(self, shop, box):
        self.shop, self.box = shop, box
        self.connection = http.client.HTTPConnection(
            box.url("xiaohongshu").removeprefix("http://"), timeout=10
        )
        self.token = shop.issue_tokens()["accessToken"]

    def raw(self, body, path=GATEWAY):
        self.connection.request("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode())
        reply = self.connection.getresponse()
        return json.loads(reply.read())

    def body(self, method, **parameters):
        stamp = str(int(self.shop.now().timestamp()))
        text = f"{method}?appId={self.shop.app_id}&timestamp={stamp}&version=2.0{self.shop.app_secret}"
        system = {"appId": self.shop.app_id, "method": method, "version": "2.0", "timestamp": stamp}
        signature = {"sign": hashlib.md5(text.encode()).hexdigest(), "accessToken": self.token}
        return system | signature | parameters

    def ask(self, method, **parameters):
        return self.raw(self.body(method, **parameters))

    def data(self, method, **parameters):
        said = self.ask(method, **parameters)
        assert (said["error_code"], said["success"]) == (0, True), said
        return said["data"]

    def code(self, method, **parameters):
        said = self.ask(method, **parameters)
        assert said["success"] is False
        return said["error_code"]


class Clock:
    def __init__(self):
        self.at = START + timedelta(hours=1)

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def caller(clock):
    shop = EmulatedXiaohongshu(clock=clock)
    with Sandbox(platforms=[shop]) as box:
        one = Caller(shop, box)
        yield one
        one.connection.close()


def order(number, *, minutes=0, status=SoldStatus.PAID):
    at = START + timedelta(minutes=minutes)
    lines = [
        SoldLine(product_id=f"i{n}", sku_id=f"s{n}", quantity=1, unit_price=1000, paid=900) for n in (1, 2)
    ]
    return SoldOrder(order_id=f"P{number}", buyer_id="u1", created=at, updated=at, status=status, lines=lines)


WINDOW = {"startTime": START_S, "endTime": START_S + 1800, "timeType": 2}


def test_a_signature_over_method_app_time_and_version(caller):
    """A1: the token and the business parameters are not part of it; everything else is."""
    caller.shop.sell(order(1))
    assert caller.data("order.getOrderDetail", orderId="P1")["totalPayAmount"] == 1800
    body = caller.body("order.getOrderDetail", orderId="P1")
    assert caller.raw(body | {"orderId": "P9"})["error_msg"] == "包裹不存在"
    for name, value in (
        ("timestamp", "1612518379"),
        ("version", "1.0"),
        ("appId", "x"),
        ("sign", "0" * 32),
        ("method", "x"),
    ):
        assert caller.raw(body | {name: value})["error_msg"].startswith("sign error"), name


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}"])
def test_what_is_no_request(caller, body):
    """One JSON object, to one address."""
    assert caller.raw(body)["success"] is False
    assert caller.raw(caller.body("order.getOrderDetail", orderId="P1"), path="/other")["success"] is False


def test_unknown_methods(caller):
    """Retired names among them."""
    for name in ("package.getPackageList", "afterSale.listAfterSaleApi", "order.couponList"):
        assert caller.code(name) == -2000002


def test_codes_and_tokens(caller, clock):
    """A2: a code once and for ten minutes; seven days, fourteen days."""
    code = caller.shop.consent()
    pair = caller.data("oauth.getAccessToken", code=code)
    assert pair["sellerId"] == caller.shop.shop_id
    assert pair["accessTokenExpiresAt"] - int(clock.at.timestamp() * 1000) == 7 * 86_400_000
    assert caller.code("oauth.getAccessToken", code=code) == -2000010
    late = caller.shop.consent()
    clock.at += timedelta(minutes=10)
    assert caller.code("oauth.getAccessToken", code=late) == -2000010

    caller.token = pair["accessToken"]
    clock.at += timedelta(days=7)
    assert "accessToken" in caller.ask("common.getExpressCompanyList")["error_msg"]
    renewed = caller.data("oauth.refreshToken", refreshToken=pair["refreshToken"])
    caller.token = renewed["accessToken"]
    caller.data("common.getExpressCompanyList")
    # asked again because the answer was lost: the same pair, and only for a while
    assert caller.data("oauth.refreshToken", refreshToken=pair["refreshToken"]) == renewed
    assert caller.shop.refreshes == 1
    clock.at += timedelta(minutes=11)
    assert caller.code("oauth.refreshToken", refreshToken=pair["refreshToken"]) == -2000401
    clock.at += timedelta(days=14)
    assert caller.code("oauth.refreshToken", refreshToken=renewed["refreshToken"]) == -2000401


def test_a_revoked_token_is_not_given_again(caller):
    """A lost answer and a revocation together must not lock a client out."""
    pair = caller.shop.issue_tokens()
    first = caller.data("oauth.refreshToken", refreshToken=pair["refreshToken"])
    caller.shop.revoke_tokens()
    second = caller.data("oauth.refreshToken", refreshToken=pair["refreshToken"])
    assert first != second
    caller.token = second["accessToken"]
    caller.data("common.getExpressCompanyList")


def test_a_withdrawn_authorization(caller):
    """Neither token is good any more."""
    pair = caller.shop.issue_tokens()
    caller.shop.withdraw()
    assert caller.code("oauth.refreshToken", refreshToken=pair["refreshToken"]) == -2000401
    assert caller.code("common.getExpressCompanyList") == -2000400


@pytest.mark.parametrize(
    "wrong",
    [
        {"endTime": START_S + 1801}, {"endTime": START_S - 1}, {"timeType": 3}, {"timeType": None},
        {"startTime": START_S * 1000, "endTime": START_S}, {"pageNo": 0}, {"pageNo": 101}, {"pageSize": 101},
        {"startTime": str(START_S)},
    ],
)  # fmt: skip
def test_limits_of_the_order_list(caller, wrong):
    """A3: 30 minutes by update, 100 pages of 100."""
    assert caller.code("order.getOrderList", **WINDOW | wrong) == -2000300


def test_a_day_by_creation(caller):
    """24 hours, and not a second more."""
    day = {"startTime": START_S, "endTime": START_S + 86_400, "timeType": 1}
    assert caller.data("order.getOrderList", **day)["total"] == 0
    assert caller.code("order.getOrderList", **day | {"endTime": START_S + 86_401}) == -2000300


def test_the_list_has_no_money_and_moves_while_it_is_read(caller, clock):
    """Both ends are in the window; what is updated leaves it and the rest moves forward."""
    for number in range(5):
        caller.shop.sell(order(number, minutes=number * 7))
    page = caller.data("order.getOrderList", **WINDOW, pageSize=2)
    assert (page["total"], page["maxPageNo"], [row["orderId"] for row in page["orderList"]]) == (
        5,
        3,
        ["P0", "P1"],
    )
    assert not {"totalPayAmount", "skuList"} & page["orderList"][0].keys()
    assert page["orderList"][0]["updateTime"] == START_S * 1000
    caller.shop.update_order("P0", sellerRemark="x")
    page = caller.data("order.getOrderList", **WINDOW, pageSize=2, pageNo=2)
    assert (page["total"], [row["orderId"] for row in page["orderList"]]) == (4, ["P3", "P4"])
    assert caller.data("order.getOrderList", **WINDOW, orderStatus=6)["total"] == 0


def test_shipping_has_one_effect(caller):
    """Whole, in parts, and not twice."""
    for number in (1, 2):
        caller.shop.sell(order(number))
    parcel = {"expressNo": "SF1", "expressCompanyCode": "SF"}
    caller.data("order.orderDeliver", orderId="P1", **parcel)
    assert caller.code("order.orderDeliver", orderId="P1", **parcel) == -2000301
    split = parcel | {"orderId": "P2", "unpack": True}
    assert caller.code("order.orderDeliver", **split) == -2000300
    assert caller.code("order.orderDeliver", **split, skuIdList=["s9"]) == -2000300
    caller.data("order.orderDeliver", **split, skuIdList=["s1"])
    assert caller.shop.order("P2")["orderStatus"] == 5
    assert caller.code("order.orderDeliver", **split, skuIdList=["s1"]) == -2000301
    assert caller.code("order.orderDeliver", **split | {"unpack": False}) == -2000301
    caller.data("order.orderDeliver", **split, skuIdList=["s2"])
    assert caller.shop.order("P2")["orderStatus"] == 6
    assert caller.shop.effects() == {("ship", "P1"): 1, ("ship", "P2"): 2}
    (track,) = caller.data("order.getOrderTracking", orderId="P1")["orderTrackInfos"]
    assert track["records"][0]["eventAt"] == "2026-11-11 09:00:00"


def test_receivers_are_ciphers_and_decryptions_are_counted(caller, clock):
    """Only while it waits to be shipped, for the right address id, ten a day of Beijing."""
    caller.shop.sell(order(1))
    address = caller.data("order.getOrderDetail", orderId="P1")["openAddressId"]
    query = {"receiverQueries": [{"orderId": "P1", "openAddressId": address}], "isReturn": False}
    (info,) = caller.data("order.getOrderReceiverInfo", **query)["receiverInfos"]
    assert info["matched"]
    assert info["receiverPhone"].startswith("#")
    asked = {
        "baseInfos": [{"dataTag": "P1", "encryptedData": info["receiverPhone"]}],
        "actionType": "1",
        "appUserId": "op",
    }
    (one,) = caller.data("data.batchDecrypt", **asked)["dataInfoList"]
    assert one["decryptedData"].startswith("199")
    wrong = asked | {"baseInfos": [{"dataTag": "P2", "encryptedData": info["receiverPhone"]}]}
    assert caller.data("data.batchDecrypt", **wrong)["dataInfoList"][0]["errorCode"] != 0
    for bad in ({"actionType": 1}, {"actionType": "9"}, {"appUserId": ""}, {"baseInfos": []}):
        assert caller.code("data.batchDecrypt", **asked | bad) == -2000300
    for _ in range(8):
        caller.data("data.batchDecrypt", **asked)
    assert caller.code("data.batchDecrypt", **asked) == -2000500
    masked = caller.data("data.batchDesensitise", **asked)["desensitiseInfoList"][0]["desensitisedData"]
    assert "*" in masked
    clock.at = datetime(2026, 11, 11, 16, tzinfo=UTC)
    caller.data("data.batchDecrypt", **asked)

    plain = [{"plainText": one["decryptedData"], "type": 3}, {"plainText": one["decryptedData"], "type": 2}]
    indexes = [
        found["index"] for found in caller.data("data.batchIndex", indexBaseInfoList=plain)["indexInfoList"]
    ]
    assert indexes[0] != indexes[1]
    caller.shop.move_receiver("P1", receiverAddress="新路")
    (info,) = caller.data("order.getOrderReceiverInfo", **query)["receiverInfos"]
    assert info == {"orderId": "P1", "matched": False}
    caller.data("order.orderDeliver", orderId="P1", expressNo="1", expressCompanyCode="SF")
    assert caller.code("order.getOrderReceiverInfo", **query) == -2000301


def inner(answer):
    """The newer families wrap once more."""
    assert (answer["code"], answer["success"]) == (0, True)
    return answer["data"]


def test_cases_go_their_way(caller):
    """A4: who may do what when, amounts in yuan with a point."""
    caller.shop.sell(order(1))
    refund = caller.shop.open_aftersale("P1", refund=12.1)
    goods = caller.shop.open_aftersale("P1", refund=9, return_type=1)
    swap = caller.shop.open_aftersale("P1", refund=9, return_type=2, sku_id="s2")
    info = inner(caller.data("afterSale.getAfterSaleInfo", returnsId=refund))["afterSaleInfo"]
    assert (info["expectedRefundAmountYuan"], info["status"], info["refundStatus"]) == (12.1, 1, 0)

    audit = "afterSale.auditReturns"
    assert caller.code(audit, returnsId=refund, action=2) == -2000301
    assert caller.code(audit, returnsId=goods, action=1) == -2000301
    assert caller.code(audit, returnsId=goods, action=3, reason=5) == -2000300
    assert caller.code(audit, returnsId="R9", action=1) == -2000101
    caller.data(audit, returnsId=refund, action=1)
    assert caller.code(audit, returnsId=refund, action=1) == -2000301
    for case in (goods, swap):
        caller.data(audit, returnsId=case, action=2)
        with pytest.raises(ArgumentError):
            caller.shop.send_back(refund, "SF1")
        caller.shop.send_back(case, "SF1")
    caller.data("afterSale.confirmReceive", returnsId=goods, action=3)
    caller.data("afterSale.confirmReceive", returnsId=goods, action=1)
    caller.data("afterSale.receiveAndShip", returnsId=swap, expressCompanyCode="SF", expressNo="SF2")
    states = [caller.shop.aftersale(case)["status"] for case in (refund, goods, swap)]
    assert states == [4, 4, 13]
    assert caller.shop.effects()["refund", goods] == 1
    logistics = inner(caller.data("afterSale.getAfterSaleInfo", returnsId=swap))["logisticsInfo"]
    assert (logistics["after_sale"]["expressNo"], logistics["exchange"]["expressNo"]) == ("SF1", "SF2")
    reasons = inner(caller.data("afterSale.rejectReasons", returnsId=swap, rejectReasonType=1))
    assert [reason["reasonId"] for reason in reasons] == [1, 99]


def test_limits_of_the_case_list(caller, clock):
    """Milliseconds, an order or a time, and no deeper than 50,000."""
    caller.shop.sell(order(1))
    case = caller.shop.open_aftersale("P1", refund=1)
    now = int(clock.at.timestamp() * 1000)
    window = {"timeType": 2, "startTime": now, "endTime": now + 1_800_000}
    listing = "afterSale.listAfterSaleInfos"
    found = inner(caller.data(listing, **window))
    assert (found["totalCount"], found["afterSaleBasicInfos"][0]["returnsId"]) == (1, case)
    assert inner(caller.data(listing, orderId="P1", statuses=[4]))["totalCount"] == 0
    for wrong in ({"endTime": now + 1_800_001}, {"pageNo": 1001, "pageSize": 50}, {"statuses": ["1"]}):
        assert caller.code(listing, **window | wrong) == -2000300
    assert caller.code(listing) == -2000300


def test_stock_and_money(caller, clock):
    """A total below what is promised is refused; a day of money, its end not included."""
    caller.shop.put_product("i1", name="茶", skus={"s1": 1280})
    caller.shop.put_stock("s1", 5, occupied=2)
    assert caller.code("inventory.syncSkuStockV2", skuId="s1", qtyWithWhcode={"CPartner": 1}) == -2000300
    units = inner(caller.data("inventory.syncSkuStockV2", skuId="s1", qtyWithWhcode={"CPartner": 9}))
    assert units["skuStockInfo"]["skuStockInfo"]["available"] == 7
    assert inner(caller.data("inventory.getSkuStockV2", skuId="s1")) == units
    assert caller.data("product.getItemInfo", itemId="i1")["skuInfos"][0]["stock"] == 7
    assert caller.data("product.searchItemList", searchParam={})["total"] == 1
    assert caller.code("product.getItemInfo", itemId="i2") == -2000101
    now = int(clock.at.timestamp() * 1000)
    caller.shop.settle("t1", order_id="P1", amount="12.10")
    query = "finance.pageQueryTransaction"
    assert inner(caller.data(query, startTime=now, endTime=now + 1))["total"] == 1
    assert inner(caller.data(query, startTime=now - 1, endTime=now))["total"] == 0
    assert caller.code(query, startTime=now, endTime=now + 86_400_001) == -2000300


def test_the_second_envelope_can_be_left_out(clock):
    """Sources do not agree on whether it is there."""
    shop = EmulatedXiaohongshu(clock=clock, wrapped=False)
    with Sandbox(platforms=[shop]) as box:
        one = Caller(shop, box)
        shop.sell(order(1))
        case = shop.open_aftersale("P1", refund=1)
        assert one.data("afterSale.getAfterSaleInfo", returnsId=case)["afterSaleInfo"]["returnsId"] == case
        one.connection.close()


def test_messages(clock):
    """A6: a signed list; no message for an unpaid creation."""
    shop, calls = EmulatedXiaohongshu(clock=clock, push_path="/hook"), []
    shop.sell(order(1))
    shop.on_push = calls.append
    shop.sell(order(2, status=SoldStatus.PENDING_PAYMENT))
    shop.sell(order(2))
    (call,) = calls
    headers = dict(call.headers)
    text = f"/hook?app-key={shop.app_id}&timestamp={headers['timestamp']}{shop.app_secret}"
    assert headers["sign"] == hashlib.md5(text.encode()).hexdigest()
    (element,) = json.loads(call.body)
    assert (element["msgTag"], element["sellerId"]) == ("msg_fulfillment_status_change", shop.shop_id)
    assert json.loads(element["data"]) == {"orderId": "P2", "orderStatus": 4, "updateTime": START_S * 1000}


def test_faults_and_record(caller):
    """Its own codes on demand, an empty page only of listings, secrets never kept."""
    caller.shop.sell(order(1))
    caller.box.fail_next(Fault("code", code="-1"), platform="xiaohongshu")
    assert caller.code("order.getOrderDetail", orderId="P1") == -1
    caller.box.fail_next(Fault("empty_page"), platform="xiaohongshu")
    caller.data("order.getOrderDetail", orderId="P1")
    page = caller.data("order.getOrderList", **WINDOW)
    assert (page["total"], page["orderList"]) == (1, [])
    caller.box.fail_next(Fault("revoked_token"), platform="xiaohongshu")
    assert caller.code("order.getOrderDetail", orderId="P1") == -2000400
    kept = json.dumps([record.body for record in caller.box.requests])
    assert caller.token not in kept
    assert {record.body["sign"] for record in caller.box.requests} == {"***"}


def test_it_sees_no_adapter():
    """Asked of a fresh process."""
    program = "import sys; import privdomain.sandbox.xiaohongshu; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(Path(privdomain.__file__).parents[1])},
    ).stdout.split()  # fmt: skip
    assert not [
        name for name in loaded if name.startswith(("privdomain.platforms", "privdomain.models", "pydantic"))
    ]
