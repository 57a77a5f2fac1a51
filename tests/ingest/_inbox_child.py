"""A worker of the inbox in a process of its own, made to be killed: ``python -m tests.ingest._inbox_child {json}``."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta

from sqlalchemy import create_engine, event

from privdomain.ingest import WebhookInbox
from privdomain.stores import SqlStore
from tests.ingest._facts_shop import FactsShop
from tests.ingest._list_shop import an_order

OBJECTS, NOTICES = 20, 5


def the_shop() -> FactsShop:
    return FactsShop(orders_=[an_order(n) for n in range(OBJECTS)])


def work(url: str, space: str, *, statements: int | None) -> None:
    """Process everything; die before the statement of that number, wherever that is."""
    engine = create_engine(url)
    left = [statements]

    def die(*_) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if statements is not None:
        event.listen(engine, "before_cursor_execute", die)
        event.listen(engine, "commit", die)
    shop = the_shop()
    inbox = WebhookInbox(SqlStore(engine, space=space), lease=timedelta(milliseconds=1500), batch=10)
    inbox.process(lambda platform, shop_id: shop)
    engine.dispose()


if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    work(options["url"], options["space"], statements=options["statements"])
