"""The emulated 快手小店 by a caller that knows nothing but HTTP: what it lets pass, and what it refuses."""

import base64
import hashlib
import hmac
import http.client
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from privdomain.errors import ArgumentError
from privdomain.sandbox import Quota, Sandbox, SoldLine, SoldOrder
from privdomain.sandbox.kuaishou import EmulatedKuaishou

AT = datetime(2026, 11, 11, tzinfo=UTC)
MS = int(AT.timestamp() * 1000)
DAY = 86_400_000


class Caller:
    def __init__(self, box, shop):
        self.shop, self.address = shop, box.url("kuaishou").removeprefix("http://")
        self.token = shop.issue_tokens()["access_token"]

    def raw(self, method, target, body=None, headers=None):
        with closing(http.client.HTTPConnection(self.address, timeout=10)) as connection:
            connection.request(method, target, body, headers or {})
            reply = connection.getresponse()
            content = json.loads(reply.read())
            assert reply.status == 200
            return content

    def parameters(self, name, business, /, **changes):
        sent = {
            "appkey": self.shop.app_key, "method": name, "version": "1", "param": json.dumps(business),
            "access_token": self.token, "timestamp": str(MS), "signMethod": "HMAC_SHA256",
        } | changes  # fmt: skip
        sent = {key: value for key, value in sent.items() if value is not None}
        text = "&".join(f"{key}={sent[key]}" for key in sorted(sent)) + f"&signSecret={self.shop.sign_secret}"
        digest = hmac.new(self.shop.sign_secret.encode(), text.encode(), hashlib.sha256).digest()
        md5 = hashlib.md5(text.encode()).hexdigest()
        return {"sign": md5 if sent.get("signMethod") == "MD5" else base64.b64encode(digest).decode()} | sent

    def get(self, name, business, /, **changes):
        query = urlencode(self.parameters(name, business, **changes))
        return self.raw("GET", f"/{name.replace('.', '/')}?{query}")

    def post(self, name, business, /, kind="application/x-www-form-urlencoded", **changes):
        body = urlencode(self.parameters(name, business, **changes))
        return self.raw("POST", f"/{name.replace('.', '/')}", body, {"Content-Type": kind})


def sale(number=1, **changes):
    line = SoldLine(product_id="100", sku_id="1001", quantity=2, unit_price=1000, paid=1800)
    usual = {
        "order_id": str(2312300041234567 + number),
        "buyer_id": "b",
        "created": AT,
        "updated": AT,
        "lines": (line,),
    }
    return SoldOrder(**(usual | changes))


@pytest.fixture
def made():
    clock = [AT]
    shop = EmulatedKuaishou(clock=lambda: clock[0], orders=[sale(n) for n in range(3)])
    with Sandbox(platforms=[shop]) as box:
        caller = Caller(box, shop)
        caller.clock, caller.box = clock, box
        yield caller


WEEK = {"orderViewStatus": 1, "pageSize": 50, "beginTime": MS - 1, "endTime": MS + 1, "cursor": ""}
CASES = {"type": 9, "pageSize": 100, "currentPage": 1, "beginTime": MS - 1, "endTime": MS + 1, "pcursor": ""}


def test_a_signed_list_and_a_detail(made):
    for method in ("HMAC_SHA256", "MD5"):
        page = made.get("open.order.cursor.list", WEEK, signMethod=method)
        assert page["result"] == 1 and page["data"]["cursor"] == "nomore"
        found = made.get("open.order.detail", {"oid": page["data"]["orderList"][0]["orderBaseInfo"]["oid"]})
        assert found["data"]["orderItemInfo"]["num"] == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sign": "x"}, "签名校验失败"), ({"appkey": "ks-other"}, "鉴权失败"), ({"access_token": "stolen"}, "鉴权失败"),
        ({"timestamp": str(MS // 1000)}, "milliseconds"), ({"version": "2"}, "version"), ({"method": "open.x"}, "method"),
        ({"signMethod": "SHA1"}, "signMethod"), ({"param": "{"}, "JSON"), ({"param": "[]"}, "object"),
        ({"access_token": None}, "access_token is missing"), ({"timestamp": None}, "timestamp is missing"),
    ],
)  # fmt: skip
def test_what_is_not_in_order_is_refused(made, changes, words):
    answer = made.get("open.order.cursor.list", WEEK, **changes)
    assert answer["result"] != 1 and words in answer["error_msg"] and answer["requestId"]


def test_verbs_and_forms(made):
    assert "请求方式" in made.post("open.order.cursor.list", WEEK)["error_msg"]
    assert "请求方式" in made.get("open.seller.order.note.add", {"orderId": 1, "note": "x"})["error_msg"]
    told = made.post("open.seller.order.note.add", {"orderId": 1, "note": "x"}, kind="application/json")
    assert "form-urlencoded" in told["error_msg"]
    assert "no such method" in made.get("open.seller.order.pcursor.list", {})["error_msg"]


@pytest.mark.parametrize(
    "changes",
    [
        {"pageSize": 51}, {"pageSize": 0}, {"orderViewStatus": 8}, {"cursor": None}, {"endTime": MS - 1},
        {"beginTime": MS - 7 * DAY, "endTime": MS + 1}, {"beginTime": MS - 91 * DAY, "endTime": MS - 90 * DAY},
        {"queryType": 3}, {"sort": 0}, {"cursor": "made up"}, {"beginTime": None}, {"pageSize": True},
    ],
)  # fmt: skip
def test_limits_of_the_order_list(made, changes):
    assert made.get("open.order.cursor.list", WEEK | changes)["result"] == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"endTime": MS - 1}, 300003), ({"beginTime": MS - 8 * DAY}, 300004), ({"beginTime": MS - 2 * DAY}, 300019),
        ({"beginTime": MS - 91 * DAY, "endTime": MS - 90 * DAY - 1}, 300005), ({"currentPage": None}, 0),
        ({"pcursor": None}, 0), ({"pageSize": 101}, 0), ({"type": 7}, 0),
    ],
)  # fmt: skip
def test_limits_of_the_list_of_cases(made, changes, code):
    assert made.get("open.seller.order.refund.pcursor.list", CASES | changes)["result"] == code


def test_a_cursor_belongs_to_its_query(made):
    page = made.get("open.order.cursor.list", WEEK | {"pageSize": 2})
    cursor = page["data"]["cursor"]
    assert made.get("open.order.cursor.list", WEEK | {"pageSize": 2, "cursor": cursor})["result"] == 1
    assert made.get("open.order.cursor.list", WEEK | {"pageSize": 1, "cursor": cursor})["result"] == 0


def test_views_show_what_they_say(made):
    made.shop.update_order(str(2312300041234567), orderBaseInfo={"status": 70})
    counts = {}
    for view in range(8):
        answer = made.get("open.order.cursor.list", WEEK | {"orderViewStatus": view, "queryType": 1})
        counts[view] = len(answer["data"]["orderList"])
    assert counts == {0: 3, 1: 3, 2: 0, 3: 2, 4: 0, 5: 0, 6: 1, 7: 0}


def test_a_case_knows_its_state_and_version(made):
    case = int(made.shop.open_aftersale(str(2312300041234567)))
    version = made.shop.aftersale(str(case))["updateTime"]
    reject = {"refundId": case, "reasonCode": 101, "rejectDesc": "x"}
    approve = {"refundId": case, "refundAmount": 1800}
    assert made.post("open.refund.reject", reject | {"refundVersion": version - 1})["result"] == 300014
    assert made.post("open.seller.order.refund.approve", approve | {"refundAmount": 0})["result"] == 300009
    assert made.post("open.seller.order.refund.approve", approve | {"refundAmount": 1})["result"] == 300010
    assert made.post("open.seller.order.refund.approve", approve | {"negotiateStatus": 2})["result"] == 300017
    assert (
        made.post("open.seller.order.refund.confirm.receipt", {"refundId": case, "status": 40})["result"]
        == 300018
    )
    assert made.post("open.refund.reject", reject | {"refundVersion": version})["result"] == 1
    assert made.shop.aftersale(str(case))["updateTime"] > version
    assert made.post("open.seller.order.refund.approve", approve)["result"] == 1
    assert made.post("open.seller.order.refund.approve", approve)["result"] == 300010
    assert made.get("open.seller.order.refund.detail", {"refundId": 5})["result"] == 300011
    assert made.shop.effects == {("refuse_aftersale", str(case)): 1, ("agree_refund", str(case)): 1}


def test_stock_is_a_difference_each_time(made):
    made.shop.put_item("100", skus={"1": (500, 7)})
    change = {"kwaiItemId": 100, "skuId": 1, "skuChangeStock": 3, "changeType": 2}
    for left in (4, 1):
        assert made.post("open.item.sku.stock.update", change)["result"] == 1
        assert made.shop.stock("100", sku_id="1") == left
    assert "库存不足" in made.post("open.item.sku.stock.update", change)["error_msg"]
    assert made.shop.effects == {("stock", "100/1"): 2}


def oauth(made, **changes):
    query = {"app_id": made.shop.app_key, "app_secret": made.shop.app_secret, "grant_type": "code"} | changes
    return made.raw("GET", f"/oauth2/access_token?{urlencode(query)}")


def refresh(made, token):
    form = {
        "app_id": made.shop.app_key, "app_secret": made.shop.app_secret, "grant_type": "refresh_token",
        "refresh_token": token,
    }  # fmt: skip
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return made.raw("POST", "/oauth2/refresh_token", urlencode(form), kind)


def test_oauth_from_code_to_discarded(made):
    first = oauth(made, code=made.shop.consent())
    assert (first["expires_in"], first["refresh_token_expires_in"]) == (172_800, 180 * 86_400)
    assert (
        oauth(made, code=made.shop.consent())["access_token"] == first["access_token"]
    )  # one pair per seller
    assert oauth(made, code="x")["result"] == 100200102
    assert oauth(made, code=made.shop.consent(), grant_type="authorization_code")["result"] == 100200104
    assert oauth(made, code=made.shop.consent(), app_secret="x")["result"] == 100200101
    made.clock[0] += timedelta(hours=1)
    second = refresh(made, first["refresh_token"])
    assert second["refresh_token_expires_in"] == 180 * 86_400 - 3600 and "open_id" not in second
    again = refresh(made, first["refresh_token"])
    assert (again["result"], again["error"], again["error_msg"]) == (
        100200102,
        "access_denied",
        "refreshToken.discarded",
    )
    for token in (first["access_token"], second["access_token"]):  # both live until each expires
        made.token = token
        assert made.get("open.shop.info.get", {})["result"] == 1
    made.clock[0] += timedelta(hours=47, minutes=30)
    made.token = first["access_token"]
    assert made.get("open.shop.info.get", {})["error_msg"] == "TOKEN过期"
    made.shop.withdraw()
    made.token = second["access_token"]
    assert made.get("open.shop.info.get", {})["result"] == 24
    assert refresh(made, second["refresh_token"])["error_msg"] == "revokedAuthorization"


def test_the_application_itself_is_nobody(made):
    made.token = oauth(made, grant_type="client_credentials")["access_token"]
    assert made.get("open.order.cursor.list", WEEK)["result"] == 26


def test_quotas_are_told_in_words():
    shop = EmulatedKuaishou(clock=lambda: AT, quota=Quota(per_minute=1, per_day=5))
    with Sandbox(platforms=[shop]) as box:
        caller = Caller(box, shop)
        assert caller.get("open.shop.info.get", {})["result"] == 1
        assert "qps limit" in caller.get("open.shop.info.get", {})["error_msg"]


def test_nothing_secret_is_recorded(made):
    oauth(made, code=made.shop.consent())
    refresh(made, "r3fresh")
    made.get("open.shop.info.get", {})
    told = repr([(record, record.query, record.body) for record in made.box.requests])
    for secret in (made.shop.app_secret, made.token, "r3fresh"):
        assert secret not in told


def test_what_kuaishou_cannot_have_is_refused():
    shop = EmulatedKuaishou()
    with pytest.raises(ArgumentError, match="one order is one SKU"):
        shop.sell(sale(lines=sale().lines * 2))
    with pytest.raises(ArgumentError, match="numbers its sellers"):
        shop.seller("tea")
    with pytest.raises(ArgumentError, match="needs one at least"):
        shop.put_item("1", skus={})
    with pytest.raises(ArgumentError, match="there is no order"):
        shop.open_aftersale("1")
