"""Four shops push to one small web program, badly; what the inbox read again, and a reconciliation, is the truth."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import frozen

from privdomain.calendar import ManualClock, Period
from privdomain.errors import WebhookRefused
from privdomain.ingest import WebhookInbox, reconcile
from privdomain.platforms import waiting_off
from privdomain.platforms.wechat_shop import WebhookCredentials
from privdomain.sandbox import PushFaults, Sandbox, SoldLine, SoldOrder, SoldStatus
from privdomain.stores import SqlStore
from tests.dispatch._shop_rigs import AT, DouyinRig, KuaishouRig, WeChatRig, XiaohongshuRig

BADLY = PushFaults(duplicate=0.2, out_of_order=0.2, lost=0.2, seed=11)
SALES = 12
_STEPS = (SoldStatus.PAID, SoldStatus.SHIPPED, SoldStatus.COMPLETED)


@frozen
class World:
    """The shops by platform, and the store that is to be like them."""

    rigs: Mapping[str, Any]
    shops: Mapping[str, Any]
    box: Sandbox
    store: SqlStore
    inbox: WebhookInbox


def _handler(
    shops: Mapping[str, Any], inbox: WebhookInbox, refused: list[str]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """What a program writes: check, store, answer. The first part of the path names the platform."""

        def do_POST(self) -> None:
            target = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            hook = shops[target.path.strip("/")].webhook
            try:
                delivery = hook.receive(
                    headers=dict(self.headers), query=dict(parse_qsl(target.query)), body=body
                )
            except WebhookRefused as refusal:
                refused.append(refusal.reason)
                self._answer(refusal.status, refusal.body)
                return
            inbox.receive(delivery)
            self._answer(delivery.reply.status, delivery.reply.body)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def _program(shops: Mapping[str, Any], inbox: WebhookInbox, refused: list[str]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(shops, inbox, refused))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    rigs = {rig.platform.name: rig for rig in (WeChatRig(), DouyinRig(), KuaishouRig(), XiaohongshuRig())}
    more = {
        "wechat_shop": {
            "webhook": WebhookCredentials(
                token=rigs["wechat_shop"].platform.pushes.token,
                encoding_aes_key=rigs["wechat_shop"].platform.pushes.encoding_aes_key,
            )
        },
        "kuaishou": {"message_key": rigs["kuaishou"].platform.message_key},
        "xiaohongshu": {"webhook_path": rigs["xiaohongshu"].platform.push_path},
    }
    refused: list[str] = []
    with ExitStack() as stack:
        stack.enter_context(waiting_off())
        box = stack.enter_context(Sandbox(platforms=[rig.platform for rig in rigs.values()]))
        store = stack.enter_context(SqlStore(f"sqlite:///{tmp_path / 'pushed.sqlite3'}", space="sp"))
        store.migrate()
        shops = {
            name: stack.enter_context(rig.shop(box.url(name), **more.get(name, {})))
            for name, rig in rigs.items()
        }
        inbox = WebhookInbox(store, clock=ManualClock(AT))
        url = stack.enter_context(_program(shops, inbox, refused))
        for name in rigs:
            box.push_to(name, f"{url}/{name}", faults=BADLY)
        yield World(rigs, shops, box, store, inbox)
    assert refused == []


def _sale(rig: Any, number: int, *, status: SoldStatus, updated: datetime) -> SoldOrder:
    line = SoldLine(
        product_id=rig.product(number),
        sku_id=rig.sku(number),
        quantity=1 + number % 3,
        unit_price=2000,
        paid=1800,
    )
    return SoldOrder(
        order_id=rig.order_id(number), buyer_id=f"b{number % 7}", created=AT - timedelta(hours=8), updated=updated,
        status=status, lines=(line,), freight=500 * (number % 2),
    )  # fmt: skip


def _trade(world: World) -> dict[tuple[str, str], SoldOrder]:
    """Sales that move on, step by step; the inbox works in between, so that it sees old states, too."""
    truth: dict[tuple[str, str], SoldOrder] = {}
    for step, status in enumerate(_STEPS):
        for name, rig in world.rigs.items():
            for number in range(SALES):
                if number % len(_STEPS) < step:
                    continue  # a third stays paid, a third shipped
                sale = _sale(
                    rig, number, status=status, updated=AT - timedelta(hours=6 - step, seconds=-number)
                )
                rig.platform.sell(sale)
                truth[name, sale.order_id] = sale
        if step < len(_STEPS) - 1:
            world.box.deliver_now()
            world.inbox.process(lambda platform, _: world.shops[platform])
    world.box.deliver_now()
    return truth


def _wrong(world: World, truth: Mapping[tuple[str, str], SoldOrder]) -> list[tuple[str, str]]:
    """The orders that are not in the store as they were sold; 小红书 names no product in an order, so lines go by SKU."""
    found: list[tuple[str, str]] = []
    for (platform, order_id), sale in truth.items():
        kept = world.store.order(order_id, platform=platform, shop_id=world.rigs[platform].shop_id)
        lines = [(line.sku_id, line.quantity, line.paid) for line in sale.lines]
        if kept is None or (
            kept.status.value,
            kept.total.minor,
            [(line.sku_id, line.quantity, line.paid.minor) for line in kept.lines],
        ) != (sale.status.value, sale.total, lines):
            found.append((platform, order_id))
    return found


def test_pushes_that_go_wrong_end_in_the_truth(world: World) -> None:
    """Lost ones are missing before `reconcile`, or the test would prove nothing; nothing is doubled or poisoned."""
    truth = _trade(world)
    report = world.inbox.process(lambda platform, _: world.shops[platform])
    faults = {(record.platform, record.fault) for record in world.box.pushes}
    assert faults >= {(name, fault) for name in world.rigs for fault in ("duplicate", "out_of_order", "lost")}
    assert (report.retried, report.poisoned, world.inbox.waiting()) == (0, 0, 0)
    wrong = _wrong(world, truth)
    assert {platform for platform, _ in wrong} == set(world.rigs)
    assert len(wrong) < len(truth) / 2

    window = Period(AT - timedelta(hours=9), AT)
    for shop in world.shops.values():
        reconcile(shop, world.store, updated=window, kinds=("orders",), clock=ManualClock(AT))
    assert _wrong(world, truth) == []
    assert sum(1 for _ in world.store.orders(updated=window)) == len(truth) == 4 * SALES
