"""The chaos run: four emulated shops, every fifth call failing, a puller that is killed, and the comparison at the end.

A truth that changes while it is pulled; faults of every kind; tokens revoked at random; a process killed ``kills``
times at random moments. What the store holds afterwards is compared with the truth, order by order.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from benchmarks._chaos_puller import sealed, shop_of
from benchmarks._chaos_truth import DAYS, PLATFORMS, Sale, sales
from privdomain.calendar import Period
from privdomain.errors import PrivdomainError
from privdomain.ingest import reconcile
from privdomain.models import Order
from privdomain.sandbox import Fault, Faults, PushFaults, Sandbox, SoldOrder
from privdomain.sandbox.wechat_shop import DEFAULT_AES_KEY, DEFAULT_PUSH_TOKEN
from privdomain.stores import SqlStore

ROOT = Path(__file__).resolve().parents[1]

# Together 20 %: a call meets one of them. Codes are each platform's own words for "busy" and "too fast".
RATES = {
    "server_error": 0.05,
    "reset": 0.04,
    "timeout": 0.02,
    "truncated": 0.03,
    "wrong_json": 0.03,
    "slow": 0.015,
    "revoked_token": 0.005,
}
BUSY = 0.01
HOLD_S = 0.02
PUSH_FAULTS = PushFaults(duplicate=0.1, out_of_order=0.1, late=0.05, lost=0.2, late_by=timedelta(seconds=3))
"""What goes wrong with webhooks; and while the program is dead, all of them are lost."""


@define
class Outcome:
    """What was found at the end; everything but ``orders`` and the counts of what was done should be zero."""

    orders: int
    lines: int
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    repaired: int = 0
    kills: int = 0
    calls: int = 0
    failed_calls: int = 0
    changes: int = 0
    authorizations: int = 0
    """How often the last process needed the merchant again: a refresh was rotated and its answer lost."""
    seconds: float = 0.0
    examples: list[str] = field(factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.wrong)


def _wechat_shop() -> tuple[Any, dict[str, str]]:
    from privdomain.sandbox import EmulatedWeChatShop

    shop = EmulatedWeChatShop()
    return shop, {"app_id": shop.app_id, "app_secret": shop.app_secret}


def _douyin() -> tuple[Any, dict[str, str]]:
    from privdomain.sandbox.douyin import DEFAULT_SHOP_ID, EmulatedDouyin

    shop = EmulatedDouyin()
    return shop, {"app_key": shop.app_key, "app_secret": shop.app_secret, "shop_id": DEFAULT_SHOP_ID}


def _kuaishou() -> tuple[Any, dict[str, str]]:
    from privdomain.sandbox.kuaishou import EmulatedKuaishou

    shop = EmulatedKuaishou()
    account = {"app_key": shop.app_key, "app_secret": shop.app_secret, "sign_secret": shop.sign_secret}
    return shop, {**account, "shop_id": shop.shop_id, "message_key": shop.message_key}


def _xiaohongshu() -> tuple[Any, dict[str, str]]:
    from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu

    shop = EmulatedXiaohongshu()
    return shop, {"app_id": shop.app_id, "app_secret": shop.app_secret, "shop_id": shop.shop_id}


MAKERS: dict[str, Callable[[], tuple[Any, dict[str, str]]]] = {
    "wechat_shop": _wechat_shop,
    "douyin": _douyin,
    "kuaishou": _kuaishou,
    "xiaohongshu": _xiaohongshu,
}


def run(
    count: int,
    *,
    seed: int,
    kills: int,
    calm: bool = False,
    platforms: Sequence[str] = PLATFORMS,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """One run; ``calm`` leaves the faults out."""
    began, chance = time.monotonic(), random.Random(seed)
    now = datetime.now(UTC).replace(microsecond=0)
    world = [sale for sale in sales(count, now=now, seed=seed) if sale.platform in platforms]
    emulated, credentials = {}, {}
    for name in platforms:
        emulated[name], credentials[name] = MAKERS[name]()
    truth: dict[tuple[str, str], SoldOrder] = {}
    for sale in world:
        emulated[sale.platform].sell(sale.order)
        truth[sale.platform, sale.order.order_id] = sale.order
    faults = [
        Fault(kind, rate=rate, **({"hold_s": HOLD_S} if kind in {"slow", "timeout"} else {}))
        for kind, rate in ({} if calm else RATES).items()
    ]
    outcome = Outcome(orders=len(truth), lines=sum(len(order.lines) for order in truth.values()))
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(
            platforms=emulated.values(), faults=Faults(faults, seed=seed), keep_requests=10_000_000
        ) as box,
    ):
        path = f"sqlite:///{Path(folder) / 'facts.sqlite3'}"
        reached = {name: {"credentials": credentials[name], "url": box.url(name)} for name in emulated}
        if "wechat_shop" in reached:
            reached["wechat_shop"]["webhook"] = {
                "token": DEFAULT_PUSH_TOKEN,
                "encoding_aes_key": DEFAULT_AES_KEY,
            }
        port = _free_port()
        for name in emulated:
            box.push_to(
                name, f"http://127.0.0.1:{port}/{name}", faults=None if calm else PUSH_FAULTS, retries=()
            )
        with SqlStore(path) as store:
            store.migrate()
            _authorize(emulated, reached, store)
        options = {
            "port": port,
            "store": path,
            "accounts": reached,
            "since": (now - timedelta(days=DAYS)).isoformat(),
        }
        changes = [(sale, status) for sale in world for status in sale.later] if kills else []
        per_life = -(-len(changes) // max(kills, 1))
        for life in range(kills):
            # short lives too, that end while the program is still starting
            lives_s = count / 8000 * chance.uniform(0.5, 1.5) + chance.uniform(0.3, 2.5)
            with _child(options) as child:
                merchant = threading.Thread(target=_merchant, args=(child, emulated, []), daemon=True)
                merchant.start()
                _change_all(
                    emulated, truth, changes[life * per_life : (life + 1) * per_life], within_s=lives_s
                )
                child.kill()
                merchant.join()
                outcome.kills += child.wait() == -signal.SIGKILL
            progress(f"killed {outcome.kills} times")
        with _child(options) as child:
            child.stdin.write("finish\n")
            child.stdin.flush()
            said: list[str] = []
            _merchant(child, emulated, said)
        outcome.authorizations = sum(line.startswith("authorize") for line in said)
        progress(said[-1].strip())
        with SqlStore(path) as store:
            for name in emulated:
                with shop_of(name, reached[name], sealed(store)) as shop:
                    outcome.repaired += _settle(
                        shop, store, Period(now - timedelta(days=DAYS), datetime.now(UTC))
                    )
            _compare(store, truth, outcome)
        outcome.changes = len(changes)
        outcome.calls = len(box.requests)
        outcome.failed_calls = sum(bool(record.fault) for record in box.requests)
    outcome.seconds = time.monotonic() - began
    return outcome


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _authorize(emulated: dict[str, Any], reached: dict[str, Any], store: SqlStore) -> None:
    """Where a merchant authorizes an application, he has done so before the run."""
    for name, platform in emulated.items():
        # 微信小店 and one's own 抖店 shop need no merchant
        consent = platform.consent if name in {"kuaishou", "xiaohongshu"} else None
        if consent is not None:
            with shop_of(name, reached[name], sealed(store)) as shop:
                _patiently(lambda shop=shop, consent=consent: shop.authorize(consent()))


def _patiently(call: Callable[[], Any]) -> Any:
    """A person tries again when a page fails to load."""
    for _ in range(50):
        try:
            return call()
        except PrivdomainError as error:
            failure = error
    raise failure


def _settle(shop: Any, store: SqlStore, window: Period) -> int:
    """Compare platform and store, and repair; how much there was to repair."""
    report = _patiently(lambda: reconcile(shop, store, updated=window, kinds=("orders",)))
    return len(report.missing) + len(report.stale)


def _child(options: dict[str, Any]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks._chaos_puller", json.dumps(options)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    )  # fmt: skip


def _change(
    emulated: dict[str, Any], truth: dict[tuple[str, str], SoldOrder], sale: Sale, status: Any
) -> None:
    key = sale.platform, sale.order.order_id
    changed = evolve(truth[key], status=status, updated=datetime.now(UTC).replace(microsecond=0))
    truth[key] = changed
    emulated[sale.platform].sell(changed)


def _merchant(child: subprocess.Popen[str], emulated: dict[str, Any], said: list[str]) -> None:
    """What the program says, until it ends; where it asks for an authorization, the merchant gives it."""
    for line in child.stdout or ():
        said.append(line)
        order, *words = line.split()
        if order == "authorize":
            platform = emulated[words[0]]
            with contextlib.suppress(OSError):  # killed meanwhile
                child.stdin.write(f"code {words[0]} {platform.consent()}\n")
                child.stdin.flush()


def _change_all(
    emulated: dict[str, Any],
    truth: dict[tuple[str, str], SoldOrder],
    todo: list[tuple[Sale, Any]],
    *,
    within_s: float,
) -> None:
    """Let the orders change, spread over a time."""
    ends = time.monotonic() + within_s
    for place, (sale, status) in enumerate(todo):
        _change(emulated, truth, sale, status)
        left = ends - time.monotonic()
        if left > 0 and place % 16 == 0:
            time.sleep(min(0.05, left * 16 / (len(todo) - place)))
    time.sleep(max(0.0, ends - time.monotonic()))


def _compare(store: SqlStore, truth: dict[tuple[str, str], SoldOrder], outcome: Outcome) -> None:
    seen: set[tuple[str, str]] = set()
    for order in store.orders():
        key = order.platform, order.order_id
        if key in seen or key not in truth:
            outcome.doubled += 1
            continue
        seen.add(key)
        if difference := _difference(order, truth[key]):
            outcome.wrong += 1
            outcome.examples.append(f"{key}: {difference}")
    outcome.lost = len(truth) - len(seen)
    outcome.examples += [f"{key}: lost" for key in list(truth.keys() - seen)[:5]]


def _difference(order: Order, sold: SoldOrder) -> str:
    # lines by their SKUs: 小红书 names no product in an order
    wanted = {
        "status": sold.status.value,
        "updated": sold.updated,
        "total": sold.total,
        "freight": sold.freight,
        "lines": sorted((line.sku_id, line.quantity, line.paid) for line in sold.lines),
    }
    found = {
        "status": order.status.value,
        "updated": order.updated_at,
        "total": order.total.minor,
        "freight": order.freight.minor,
        "lines": sorted((line.sku_id, line.quantity, line.paid.minor) for line in order.lines),
    }
    return "; ".join(
        f"{name} is {found[name]}, was {wanted[name]}" for name in wanted if found[name] != wanted[name]
    )
