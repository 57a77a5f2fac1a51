"""The emulated 抖店, asked by a program that knows nothing but HTTP and the reference."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

import privdomain
from privdomain.errors import ArgumentError
from privdomain.sandbox import Quota, Sandbox, SoldLine, SoldOrder, SoldStatus
from privdomain.sandbox.douyin import EmulatedDouyin, douyin_line, douyin_order, douyin_product

START = datetime(2026, 11, 11, tzinfo=UTC)
NOW = int(START.timestamp())
KEY, SECRET = "3409409348479354011", "2ad2355c-01d0-11f8-91dc-05a8cd1054b1"


class Caller:
    def __init__(self, **settings):
        self.at = START
        self.platform = EmulatedDouyin(app_key=KEY, app_secret=SECRET, clock=lambda: self.at, **settings)
        self.box = Sandbox(platforms=[self.platform])
        self.box.start()
        self.connection = http.client.HTTPConnection(
            self.box.url("douyin").removeprefix("http://"), timeout=10
        )
        self.token = ""

    def raw(self, method, param_json, **changes):
        query = {"app_key": KEY, "method": method, "timestamp": str(int(self.at.timestamp())), "v": "2",
                 "sign_method": "hmac-sha256", "access_token": self.token} | changes  # fmt: skip
        query = {name: value for name, value in query.items() if value is not None}
        text = f"{SECRET}app_key{query.get('app_key', '')}method{query['method']}param_json{param_json}timestamp{query['timestamp']}v{query['v']}{SECRET}"
        if "sign" not in query:
            hashed = query.get("sign_method") == "hmac-sha256"
            query["sign"] = (
                hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
                if hashed
                else hashlib.md5(text.encode()).hexdigest()
            )
        self.connection.request(
            "POST",
            f"/{method.replace('.', '/')}?{urlencode(query)}",
            param_json.encode(),
            {"x-open-no-old-err-code": "1"},
        )
        return json.loads(self.connection.getresponse().read())

    def ask(self, method, **param):
        return self.raw(method, json.dumps(param, ensure_ascii=False, sort_keys=True, separators=(",", ":")))

    def data(self, method, **param):
        answer = self.ask(method, **param)
        assert answer["code"] == 10000, answer
        return answer["data"]

    def refused(self, method, **param):
        answer = self.ask(method, **param)
        assert answer["code"] != 10000, answer
        return answer["sub_code"]

    def login(self):
        self.token = self.data("token.create", grant_type="authorization_self", code="", shop_id=4463798)[
            "access_token"
        ]
        return self


@pytest.fixture
def serve():
    callers = []

    def start(**settings):
        callers.append(Caller(**settings))
        return callers[-1]

    yield start
    for caller in callers:
        caller.connection.close()
        caller.box.close()


def sell(caller, count, step_s=60):
    for n in range(count):
        at = START - timedelta(days=1) + timedelta(seconds=n * step_s)
        line = SoldLine(product_id="100", sku_id="1001", quantity=1, unit_price=100, paid=90)
        caller.platform.sell(
            SoldOrder(order_id=str(10**18 + n), buyer_id="b", created=at, updated=at, lines=(line,))
        )


def test_a_missing_sign_method_means_md5(serve):
    """Trap 3: an HMAC without its name is a wrong signature, an MD5 is a right one."""
    caller = serve()
    body = '{"code":"","grant_type":"authorization_self","shop_id":4463798}'
    assert caller.raw("token.create", body, sign_method=None)["code"] == 10000
    text = f"{SECRET}app_key{KEY}methodtoken.createparam_json{body}timestamp{NOW}v2{SECRET}".encode()
    digest = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    assert (
        caller.raw("token.create", body, sign_method=None, sign=digest)["sub_code"] == "isv.signature-invalid"
    )


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"app_key": None}, "isv.app-id-missing"),
        ({"app_key": "12"}, "isv.app-id-invalid"),
        ({"sign": ""}, "isv.signature-missing"),
        ({"sign": "0" * 64}, "isv.signature-invalid"),
        ({"timestamp": str(NOW - 601)}, "isv.timestamp-invalid"),
        ({"timestamp": "now"}, "isv.timestamp-format-error"),
        ({"v": "1"}, "isv.parameter-invalid"),
        ({"access_token": None}, "isv.access-token-missing"),
        ({"access_token": "x"}, "isv.access-token-no-existed"),
    ],
)
def test_a_call_is_admitted_or_told_why(serve, changes, sub_code):
    """App, signature, time, version, token."""
    assert serve().raw("order.orderDetail", "{}", **changes)["sub_code"] == sub_code


def test_what_is_signed_is_what_is_sent(serve):
    """Trap 1: the same object with a space in it is another text."""
    caller = serve().login()
    caller.connection.request("POST", "/order/orderDetail?" + urlencode({"app_key": KEY}), b"{}")
    assert (
        json.loads(caller.connection.getresponse().read())["err_no"] == 40001
    )  # who did not ask to be spared it


def test_old_codes_are_there_for_who_did_not_ask_otherwise(serve):
    """Trap 5: err_no beside code, unless the header spares it."""
    caller = serve()
    assert "err_no" not in caller.ask("order.orderDetail")


def test_tokens_come_again_and_overlap(serve):
    """The same pair until an hour before its end; then a new one, and both are good."""
    caller = serve()
    ask = {"grant_type": "authorization_self", "code": "", "shop_id": 4463798}
    first = caller.data("token.create", **ask)
    assert caller.data("token.create", **ask)["access_token"] == first["access_token"]
    assert first["expires_in"] == 7 * 86_400
    caller.at += timedelta(days=7, seconds=-3599)
    second = caller.data("token.refresh", grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second["access_token"] != first["access_token"]
    again = caller.data("token.refresh", grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again["access_token"] == second["access_token"]  # whoever lost the answer gets it again
    for token in (first, second):
        caller.token = token["access_token"]
        assert caller.refused("order.orderDetail", shop_order_id="1") == "isv.parameter-invalid:60033"
    caller.at += timedelta(hours=1)
    caller.token = first["access_token"]
    assert caller.refused("order.orderDetail", shop_order_id="1") == "isv.access-token-expired"


def test_without_a_shop_id_the_earliest_shop_answers(serve):
    """A2: which is why it is always passed."""
    caller = serve(shop_ids=("1", "2"))
    assert caller.data("token.create", grant_type="authorization_self", code="")["shop_id"] == 1
    assert caller.data("token.create", grant_type="authorization_self", code="", shop_id=2)["shop_id"] == 2
    assert caller.refused("token.create", grant_type="authorization_self", code="", shop_id=3).endswith(
        "no-authorization"
    )
    assert caller.refused("token.create", grant_type="x").endswith("grant-type-invalid")


def test_orders_are_listed_as_the_reference_says(serve):
    """Limits and codes; pages from 0; a time in milliseconds matches nothing (trap of A4.1)."""
    caller = serve().login()
    sell(caller, 25)
    window = {
        "update_time_start": NOW - 86_400,
        "update_time_end": NOW,
        "order_by": "update_time",
        "order_asc": True,
    }
    pages = [caller.data("order.searchList", page=n, size=10, **window) for n in range(3)]
    ids = [order["order_id"] for page in pages for order in page["shop_order_list"]]
    assert ids == [str(10**18 + n) for n in range(25)] and pages[0]["total"] == 25
    for param, sub_code in (
        ({"page": 0, "size": 101, **window}, "isv.parameter-invalid:20008"),
        ({"page": -1, "size": 10, **window}, "isv.parameter-invalid:10035"),
        ({"page": 0, "size": 10}, "isv.parameter-invalid:20011"),
        ({"page": 0, "size": 10, "create_time_start": 5}, "isv.parameter-invalid:20011"),
        ({"page": 0, "size": 10, "create_time_start": NOW, "create_time_end": NOW}, "isv.parameter-invalid"),
        ({"page": 0, "size": 10, "create_time_start": NOW - 91 * 86_400, "create_time_end": NOW}, "isv.parameter-invalid:20022"),
        ({"page": 500, "size": 100, **window}, "isv.parameter-invalid:20013"),
        ({"page": 0, "size": 10, "combine_status": [{}, {}], **window}, "isv.parameter-invalid:20012"),
    ):  # fmt: skip
        assert caller.refused("order.searchList", **param) == sub_code
    late = {"update_time_start": (NOW - 86_400) * 1000, "update_time_end": NOW * 1000}
    assert caller.data("order.searchList", page=0, size=10, **late)["total"] == 0
    paid = caller.data(
        "order.searchList", page=0, size=10, combine_status=[{"order_status": "3,5"}], **window
    )
    assert paid["total"] == 0


def test_a_shipment_happens_once_for_its_id(serve):
    """And is refused for an order that is not to be shipped."""
    caller = serve().login()
    sell(caller, 1)
    order = caller.platform.order(str(10**18))
    param = {
        "order_id_list": [order["order_id"]], "company_code": "shunfeng", "logistics_code": "SF1", "request_id": "r1",
        "shipped_order_info": [{"shipped_order_id": order["sku_order_list"][0]["order_id"], "shipped_num": 1}],
    }  # fmt: skip
    first = caller.data("order.logisticsAddSinglePack", **param)
    assert caller.data("order.logisticsAddSinglePack", **param) == first
    assert caller.platform.effects["ship", f"{order['order_id']}/SF1"] == 1
    assert (
        caller.refused("order.logisticsAddSinglePack", **param | {"request_id": "r2"})
        == "isv.business-failed:60110"
    )
    assert caller.platform.order(order["order_id"])["order_status"] == 3


def test_stock_by_delta_needs_an_id_and_takes_it_once(serve):
    """A7."""
    caller = serve().login()
    caller.platform.put_product(douyin_product("350", title="茶", skus={"1": (100, 5), "2": (100, 5)}))
    assert caller.refused("sku.syncStock", sku_id=1, stock_num=3, incremental=True) == "isv.parameter-missing"
    add = {"sku_id": 1, "stock_num": 3, "incremental": True, "idempotent_id": "i"}
    caller.data("sku.syncStock", **add)
    assert caller.refused("sku.syncStock", **add) == "isv.idempotent-id-existed"
    assert caller.platform.units("1") == 8
    caller.data("sku.syncStock", sku_id=1, stock_num=2)
    both = [{"sku_id": 1, "stock_num": 9}, {"sku_id": 7, "stock_num": 9}]
    assert caller.refused("sku.syncStockBatch", product_id=350, sku_sync_list=both) == "isv.business-failed:1"
    assert caller.platform.units("1") == 2  # all or nothing


def test_products_by_page_from_one_and_by_cursor(serve):
    """A7: 10,000 rows by page, all of them by cursor."""
    caller = serve().login()
    for n in range(7):
        caller.platform.put_product(douyin_product(str(350 + n), title="茶", skus={str(n): (1, 1)}))
    assert caller.refused("product.listV2", page=0, size=5) == "isv.parameter-invalid"
    assert len(caller.data("product.listV2", page=2, size=5)["data"]) == 2
    found, cursor = 0, ""
    while page := caller.data("product.listV2", page=1, size=3, use_cursor=True, cursor_id=cursor):
        if not page["data"]:
            break
        found, cursor = found + len(page["data"]), page["cursor_id"]
    assert found == 7


def test_a_budget_of_decryption_is_of_one_day(serve):
    """A5: each text has its own result."""
    caller = serve(decrypt_budget=1).login()
    sell(caller, 1)
    order = caller.platform.order(str(10**18))
    ciphers = [
        {"auth_id": order["order_id"], "cipher_text": order[name]}
        for name in ("encrypt_post_tel", "encrypt_post_receiver")
    ]
    answer = caller.ask(
        "order.batchDecrypt", cipher_infos=ciphers, account_id="a", account_type="main_account"
    )
    assert answer["sub_code"] == "isv.business-failed:300008"
    assert [info["decrypt_text"] for info in answer["data"]["decrypt_infos"]] == ["13800000000", ""]
    caller.at += timedelta(days=1)
    assert caller.data(
        "order.batchDecrypt", cipher_infos=ciphers[:1], account_id="a", account_type="main_account"
    )
    assert (
        caller.refused("order.batchDecrypt", cipher_infos=ciphers * 26, account_id="a", account_type="b")
        == "isv.parameter-invalid"
    )


def test_a_case_moves_as_it_may(serve):
    """Agreed once, not when it has changed, and not by a type nobody knows."""
    caller = serve().login()
    sell(caller, 1)
    line = caller.platform.order(str(10**18))["sku_order_list"][0]["order_id"]
    caller.platform.open_aftersale("77", order_id=str(10**18), line_id=line, amount=90)
    seen = caller.data("afterSale.Detail", after_sale_id="77")["process_info"]["after_sale_info"][
        "update_time"
    ]
    operate = {"type": 201, "items": [{"aftersale_id": "77", "update_time": seen}]}
    assert caller.refused("afterSale.operate", **operate | {"type": 999}) == "isv.business-failed:11001"
    stale = {"type": 201, "items": [{"aftersale_id": "77", "update_time": seen - 1}]}
    assert caller.refused("afterSale.operate", **stale) == "isv.business-failed:20309541"
    assert caller.data("afterSale.operate", **operate)["items"][0]["status_code"] == 0
    assert caller.refused("afterSale.operate", **operate) == "isv.business-failed:20309541"
    assert caller.platform.case("77") == (12, 3)
    assert caller.platform.order(str(10**18))["main_status"] == 21
    assert caller.platform.effects["refund", "77"] == 1


def test_quotas_withdrawals_and_unknown_calls(serve):
    """60000, 30001, 70000."""
    caller = serve(quotas={"order.orderDetail": Quota(per_minute=1)}).login()
    caller.ask("order.orderDetail", shop_order_id="1")
    assert caller.refused("order.orderDetail", shop_order_id="1") == "isv.traffic-limited"
    assert caller.refused("order.list") == "isp.api-service-off"
    caller.platform.withdraw("4463798")
    assert caller.refused("afterSale.Detail", after_sale_id="1") == "dop.authorization-closed"


def test_every_sale_can_be_told_and_changes_are_told(serve):
    """Tags by status; nothing is told where nobody listens."""
    caller = serve()
    calls = []
    caller.platform.on_push = calls.append
    line = SoldLine(product_id="1", sku_id="2", quantity=1, unit_price=5, paid=5)
    for status in SoldStatus:
        caller.platform.sell(
            SoldOrder(order_id="9", buyer_id="b", created=START, updated=START, status=status, lines=(line,))
        )
    assert [call.topic for call in calls] == ["100", "101", "102", "103", "106"]
    sign = dict(calls[0].headers)["event-sign"]
    assert sign == hashlib.md5(KEY.encode() + calls[0].body + SECRET.encode()).hexdigest()
    assert json.loads(json.loads(calls[0].body)[0]["data"])["p_id"] == 9


def test_secrets_are_not_kept(serve):
    """The record of requests masks them."""
    caller = serve().login()
    caller.ask("order.orderDetail", shop_order_id="1")
    record = caller.box.requests[-1]
    assert record.query["access_token"] == record.query["sign"] == "***"
    assert caller.token not in repr(caller.box.requests)


@pytest.mark.parametrize(
    "make",
    [
        lambda: douyin_line(line_id="1", product_id="1", sku_id="1", quantity=0, unit_price=1),
        lambda: douyin_line(
            line_id="1",
            product_id="1",
            sku_id="1",
            quantity=1,
            unit_price=1,
            discounts={"shop_cost_amount": 2},
        ),
        lambda: douyin_line(
            line_id="1", product_id="1", sku_id="1", quantity=1, unit_price=1, discounts={"shop_cost": 1}
        ),
        lambda: douyin_order("1", buyer_id="b", created=datetime(2026, 1, 1), lines=[]),
        lambda: EmulatedDouyin(clock=lambda: datetime(2026, 1, 1)).now(),
        lambda: EmulatedDouyin().units("1"),
        lambda: EmulatedDouyin().case("1"),
        lambda: EmulatedDouyin().order("1"),
    ],
)
def test_a_test_that_is_wrong_is_told_so(make):
    """Amounts that do not add up, clocks without a zone, things that are not there."""
    with pytest.raises(ArgumentError):
        make()


def test_it_stands_on_the_standard_library():
    """It shares no code with the adapter that it is there to test."""
    program = "import sys, privdomain.sandbox.douyin; print(*[n for n in sys.modules if n.split('.')[0] in {'pydantic', 'httpx', 'cryptography'} or n.startswith('privdomain.platforms')])"
    source = str(Path(privdomain.__file__).parents[1])
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": source},
    )
    assert loaded.stdout.split() == []
