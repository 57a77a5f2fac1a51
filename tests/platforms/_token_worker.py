"""One of several processes that work for a shop, forked from one that has imported everything already.

It calls the platform from two threads until its time is over, and tells how that went. With ``dies`` it is the one
that is killed while it renews: ``before`` the refresh is sent, or ``after`` it was answered and before it is stored.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from privdomain.errors import AuthorizationRevoked, PrivdomainError
from privdomain.platforms import (
    HttpOptions,
    HttpRequest,
    HttpResponse,
    KeyRing,
    Retry,
    SealedTokenStore,
    TokenStore,
)
from privdomain.platforms._http import HttpTransport
from privdomain.stores import RedisTokenStore, SqlTokenStore
from tests.platforms._oauth import LittleShop


@contextmanager
def store_of(settings: dict[str, Any]) -> Iterator[TokenStore]:
    """The store that everybody shares."""
    url: str = settings["store"]
    inner: Any = (
        RedisTokenStore(url, prefix=settings["space"])
        if url.startswith("redis")
        else SqlTokenStore(url, space=settings["space"])
    )
    with inner:
        yield SealedTokenStore(inner, keys=KeyRing({"k1": settings["key"]}, current="k1"))


def work(settings: dict[str, Any], store: TokenStore, line: Connection) -> dict[str, Any]:
    """Call until the time is over."""
    wire = HttpTransport(HttpOptions(), base_url=settings["base_url"])

    def transport(request: HttpRequest) -> HttpResponse:
        renewing = request.url.endswith("/oauth/refresh")
        if renewing and settings.get("dies") == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        response = wire(request)
        if renewing and settings.get("dies") == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    events: list[str] = []
    failures: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    lock = threading.Lock()
    shop = LittleShop(
        settings["shop"], base_url=settings["base_url"], transport=transport,
        token_store=store, token_lease_s=settings["lease_s"], retry=Retry(attempts=3),
        on_revoked=lambda shop_id, error: events.append(shop_id), adaptive=None,
    )  # fmt: skip

    def one_thread(until: float) -> None:
        while time.time() < until:
            try:
                shop.ping()
                what = "done"
            except AuthorizationRevoked:
                what = "revoked"
                time.sleep(0.02)
            except PrivdomainError as error:
                what = "failed"
                with lock:
                    failures[f"{type(error).__name__}: {error}"] += 1
            with lock:
                counts[what] += 1
            time.sleep(0.005)

    line.send("ready")
    until = line.recv()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one_thread, [until] * 2))
    return {"counts": counts, "failures": failures, "events": events}


FORKED_WITH = ("cryptography.hazmat.primitives.ciphers.aead", "httpx", "psycopg", "pymysql", "redis")
"""What is imported at first use elsewhere: once, before the processes are forked. Names, because the drivers of the
servers are there only where the tests that need servers run."""


def main(settings: dict[str, Any], line: Connection) -> None:
    """What a process does: wait to be told until when, work, tell."""
    with store_of(settings) as store:
        line.send(work(settings, store, line))
