"""A caller that knows nothing but HTTP, a clock that moves by hand, and a sandbox that is closed after the test."""

import http.client
import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from privdomain.sandbox import Sandbox, wechat_line, wechat_order

START = datetime(2026, 11, 11, 0, 0, tzinfo=UTC)
APP = {"appid": "wx0000000000000001", "secret": "0" * 32}


class HandClock:
    def __init__(self):
        self.at = START

    def __call__(self):
        return self.at

    def move(self, seconds):
        self.at += timedelta(seconds=seconds)


class Caller:
    """One kept-alive connection; `answers` are decoded as leniently as JSON allows (``strict=False``)."""

    def __init__(self, box, platform="wechat_shop"):
        self.box = box
        self.shop = box.wechat_shop
        self.address = box.url(platform).removeprefix("http://")
        self.connection = http.client.HTTPConnection(self.address, timeout=10)
        self.token = ""

    def raw(self, method, target, body=None, headers=None):
        self.connection.request(method, target, body, headers or {})
        reply = self.connection.getresponse()
        return reply, reply.read()

    def send(self, method, target, body=None):
        payload = (
            body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        )
        reply, content = self.raw(method, target, payload)
        assert reply.status == 200, (reply.status, content)
        return json.loads(content.decode("utf-8"), strict=False)

    def stable(self, **wish):
        asked = {"grant_type": "client_credential", "appid": self.shop.app_id, "secret": self.shop.app_secret}
        return self.send("POST", "/cgi-bin/stable_token", asked | wish)

    def classic(self):
        query = f"grant_type=client_credential&appid={self.shop.app_id}&secret={self.shop.app_secret}"
        return self.send("GET", f"/cgi-bin/token?{query}")

    def post(self, path, body, token=None):
        if token is None:
            self.token = self.token or self.stable()["access_token"]
            token = self.token
        return self.send("POST", f"/channels/ec/{path}?access_token={token}", body)

    def ids(self, **query):
        """Every id of a listing, page after page, and the number of pages."""
        found, pages, key = [], 0, ""
        while True:
            page = self.post("order/list/get", query | {"next_key": key})
            assert page["errcode"] == 0, page
            found += page["order_id_list"]
            pages += 1
            if not page["has_more"]:
                return found, pages
            key = page["next_key"]

    def close(self):
        self.connection.close()


def order(number, *, seconds=0, openid="oA", status=20, quantity=1, **more):
    """Order ``number``, created (and last updated) ``seconds`` after the start."""
    line = wechat_line(product_id="100", sku_id="1001", quantity=quantity, sale_price=1280, title="龙井 50g")
    return wechat_order(
        f"37{number:017d}",
        openid=openid,
        status=status,
        created=START + timedelta(seconds=seconds),
        lines=[line],
        **more,
    )


def seconds(offset=0):
    return int(START.timestamp()) + offset


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def serve(clock):
    """``serve(**options)`` is a caller of a running sandbox on the hand clock."""
    with ExitStack() as stack:

        def start(*, clock=clock, platforms=None, **options):
            box = Sandbox(platforms=platforms, **options) if platforms else Sandbox(clock=clock, **options)
            caller = Caller(stack.enter_context(box))
            stack.callback(caller.close)
            return caller

        yield start


@pytest.fixture
def connect():
    """Further callers of a running sandbox."""
    with ExitStack() as stack:

        def another(box):
            caller = Caller(box)
            stack.callback(caller.close)
            return caller

        yield another


@pytest.fixture
def make_order():
    return order


@pytest.fixture
def at():
    return seconds
