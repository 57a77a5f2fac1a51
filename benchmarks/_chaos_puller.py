"""The program under test in the chaos run: pulls every shop into one store, to be killed at any moment.

``python -m benchmarks._chaos_puller {json}``: pulls in rounds, one thread a shop, and takes what the platforms
push, until a line comes on standard input; then one last round, and the end. What a platform refuses for good ends a shop's round, not the program.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from privdomain.errors import AuthorizationRevoked, PrivdomainError, WebhookRefused
from privdomain.ingest import WebhookInbox, pull_orders
from privdomain.platforms import HttpOptions, KeyRing, Retry, SealedTokenStore, Timeouts
from privdomain.stores import SqlStore

PATIENT = Retry(attempts=40, first_wait_s=0.005, longest_wait_s=0.1, total_wait_s=120)
"""Faults come every fifth call here, and nobody's rate limit is spared."""
_KEY = bytes(range(32))
"""Every process of a run has it; what it opens is worth nothing."""
_HTTP = HttpOptions(timeouts=Timeouts(connect_s=2, read_s=2))


def sealed(store: SqlStore) -> SealedTokenStore:
    """Where the tokens survive a process that is killed."""
    return SealedTokenStore(store.tokens, keys=KeyRing({"k1": _KEY}, current="k1"))


def shop_of(platform: str, account: dict[str, Any], tokens: Any) -> Any:
    """The client of an emulated platform, as a program would make it; ``tokens`` is where its tokens survive it."""
    options: dict[str, Any] = {
        **account["credentials"],
        "base_url": account["url"],
        "token_store": tokens,
        "retry": PATIENT,
        "http": _HTTP,
        "random_state": 1,
    }
    if platform == "wechat_shop":
        from privdomain.platforms.wechat_shop import WebhookCredentials, WeChatShop

        return WeChatShop(**options, webhook=WebhookCredentials(**account["webhook"]))
    if platform == "douyin":
        from privdomain.platforms.douyin import DouyinShop

        return DouyinShop(**options)
    if platform == "kuaishou":
        from privdomain.platforms.kuaishou import KuaishouShop

        return KuaishouShop(**options)
    from privdomain.platforms.xiaohongshu import XiaohongshuShop

    return XiaohongshuShop(**options)


class _Listening(BaseHTTPRequestHandler):
    """The program's web server: one address a platform, notices stored before they are acknowledged."""

    shops: ClassVar[dict[str, Any]] = {}
    inbox: ClassVar[WebhookInbox]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        try:
            webhook = self.shops[address.path.strip("/")].webhook
            delivery = webhook.receive(
                headers=dict(self.headers), query=dict(parse_qsl(address.query)), body=body
            )
            self.inbox.receive(delivery)
            status, answer = delivery.reply.status, delivery.reply.body
        except WebhookRefused as refused:
            status, answer = refused.status, refused.body
        except (
            PrivdomainError
        ):  # the database is busy: not acknowledged, so that it is sent again or found by a pull
            status, answer = 503, b""
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing: a delivery is a line in nobody's log here."""


def _authorize(shop: Any, code: str) -> None:
    try:
        shop.authorize(code)
    except PrivdomainError:
        return  # the code is used up or the answer was lost: the next round asks again


def _listen(shops: dict[str, Any], authorized: dict[str, threading.Event]) -> None:
    for line in sys.stdin:
        _, name, code = line.split()
        _authorize(shops[name], code)
        authorized[name].set()


def main() -> None:
    options = json.loads(sys.argv[1])
    since = datetime.fromisoformat(options["since"])
    last_round = threading.Event()
    failures: list[str] = []
    store = SqlStore(options["store"])
    shops = {name: shop_of(name, account, sealed(store)) for name, account in options["accounts"].items()}
    inbox = WebhookInbox(store)
    _Listening.shops, _Listening.inbox = shops, inbox
    server = ThreadingHTTPServer(("127.0.0.1", options["port"]), _Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def rounds(name: str, work: Callable[[], object]) -> None:
        done = False
        while not done:
            closing = last_round.is_set()
            try:
                work()
                done = closing
            except AuthorizationRevoked:
                # a refresh whose answer was lost after the platform had rotated: the merchant is asked once more
                authorized[name].clear()
                print(f"authorize {name}", flush=True)
                authorized[name].wait()
            except PrivdomainError as error:
                failures.append(f"{name}: {type(error).__name__}: {str(error)[:300]}")
            last_round.wait(0.05)

    authorized = {name: threading.Event() for name in (*shops, "inbox")}
    by_id = {(shop.platform, shop.shop_id): shop for shop in shops.values()}
    jobs: dict[str, Callable[[], object]] = {
        name: partial(pull_orders, shop, store, since=since, overlap=timedelta(minutes=5))
        for name, shop in shops.items()
    }
    jobs["inbox"] = partial(inbox.process, lambda platform, shop_id: by_id[platform, shop_id])
    threads = [threading.Thread(target=rounds, args=job, daemon=True) for job in jobs.items()]
    for thread in threads:
        thread.start()
    print("pulling", flush=True)
    for line in sys.stdin:
        order, *words = line.split()
        if order == "finish":
            last_round.set()
            break
        _authorize(shops[words[0]], words[1])
        authorized[words[0]].set()
    threading.Thread(target=_listen, args=(shops, authorized), daemon=True).start()
    for thread in threads:
        thread.join()
    server.shutdown()
    print(
        json.dumps(
            {
                "failed_rounds": len(failures),
                "waiting": inbox.waiting(),
                "poison": len(inbox.poison()),
                "last": failures[-3:],
            }
        ),
        flush=True,
    )
    os._exit(0)  # a thread still waits for the merchant's words, and an interpreter that ends waits for it


if __name__ == "__main__":
    main()
