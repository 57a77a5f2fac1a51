"""The program under test in the chaos run: pulls every shop into one store, to be killed at any moment.

``python -m benchmarks._chaos_puller {json}``: pulls in rounds, one thread a shop, until a line comes on standard input;
then one last round, and the end. What a platform refuses for good ends a shop's round, not the program.
"""

from __future__ import annotations

import json
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

from privdomain.errors import PrivdomainError
from privdomain.ingest import pull_orders
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
        from privdomain.platforms.wechat_shop import WeChatShop

        return WeChatShop(**options)
    if platform == "douyin":
        from privdomain.platforms.douyin import DouyinShop

        return DouyinShop(**options)
    if platform == "kuaishou":
        from privdomain.platforms.kuaishou import KuaishouShop

        return KuaishouShop(**options)
    from privdomain.platforms.xiaohongshu import XiaohongshuShop

    return XiaohongshuShop(**options)


def main() -> None:
    options = json.loads(sys.argv[1])
    since = datetime.fromisoformat(options["since"])
    last_round = threading.Event()
    failures: list[str] = []

    def pull(platform: str, account: dict[str, Any]) -> None:
        with SqlStore(options["store"]) as store, shop_of(platform, account, sealed(store)) as shop:
            done = False
            while not done:
                closing = last_round.is_set()
                try:
                    pull_orders(shop, store, since=since, overlap=timedelta(minutes=5))
                    done = closing
                except PrivdomainError as error:
                    failures.append(f"{platform}: {type(error).__name__}: {str(error)[:300]}")
                last_round.wait(0.05)

    threads = [threading.Thread(target=pull, args=item, daemon=True) for item in options["accounts"].items()]
    for thread in threads:
        thread.start()
    print("pulling", flush=True)
    sys.stdin.readline()
    last_round.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"failed_rounds": len(failures), "last": failures[-3:]}), flush=True)


if __name__ == "__main__":
    main()
