"""``python -m privdomain.sandbox``: the sandbox for programs in any language."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from privdomain.errors import ArgumentError, UsageError
from privdomain.sandbox import (
    EmulatedWeChatShop,
    Faults,
    Platform,
    PushFaults,
    Quota,
    Sandbox,
    SandboxClock,
    catalog_of,
)
from privdomain.sandbox._catalog import known_platforms, make_platform
from privdomain.sandbox._samples import sample_order
from privdomain.sandbox.wechat_shop import DEFAULT_APP_ID, DEFAULT_APP_SECRET

_WECHAT = "wechat_shop"
# Where a merchant has to authorize the application before it can have a token: what gives his code.
_CONSENTS = {"kuaishou": "consent", "xiaohongshu": "consent"}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m privdomain.sandbox",
        description="Shop platforms on 127.0.0.1, until it is interrupted. Prints one line each when it listens.",
    )
    parser.add_argument(
        "--platforms",
        default=_WECHAT,
        metavar="NAMES",
        help=f"names with commas between; there are {', '.join(known_platforms())}",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        help="the first platform's, the next one's is one higher; 0 takes free ones",
    )
    parser.add_argument(
        "--credentials", action="store_true", help="print what the platforms want to be called with, and end"
    )
    parser.add_argument(
        "--sell", type=int, default=0, metavar="N", help="begin with so many made-up orders each"
    )
    parser.add_argument(
        "--sell-every", type=float, metavar="SECONDS", help="sell one more on each platform, again and again"
    )
    parser.add_argument(
        "--push-to",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="where a platform's webhooks go; once for each platform",
    )
    parser.add_argument(
        "--push-faults",
        default="",
        metavar="TEXT",
        help="duplicate=0.05,out_of_order=0.05,late=0.02,lost=0.01",
    )
    parser.add_argument(
        "--faults", default="", metavar="TEXT", help="server_error=0.02,timeout=0.01,code:-1=0.01"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="which request meets which fault, and what is sold"
    )
    wechat = parser.add_argument_group("of the WeChat Store alone")
    wechat.add_argument(
        "--orders",
        type=Path,
        metavar="FILE",
        help='a JSON list of orders as order/get serves them, or {"orders": […], "products": […]}',
    )
    wechat.add_argument("--per-minute", type=int, metavar="N", help="calls of one path answered in a minute")
    wechat.add_argument(
        "--per-day", type=int, metavar="N", help="calls of one path answered in a day of Beijing"
    )
    wechat.add_argument("--app-id", default=DEFAULT_APP_ID)
    wechat.add_argument("--app-secret", default=DEFAULT_APP_SECRET)
    return parser.parse_args(arguments)


def _fill(shop: EmulatedWeChatShop, path: Path) -> int:
    """Put a file's orders and products into the shop, and count the orders.

    Products that the file does not name are those of its orders.
    """
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise ArgumentError(f"{path} is no JSON: {error}") from error
    named = cast("dict[str, Any]", content) if isinstance(content, dict) else {"orders": content}
    orders = _objects(named.get("orders"), what=f"{path}: orders")
    for order in orders:
        shop.put_order(order)
    products = (
        _objects(named["products"], what=f"{path}: products") if "products" in named else catalog_of(orders)
    )
    for product in products:
        shop.put_product(product)
    return len(orders)


def _objects(value: Any, *, what: str) -> list[dict[str, Any]]:
    objects = cast("list[dict[str, Any]]", value)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in objects):
        raise ArgumentError(f"{what} must be a list of JSON objects")
    return objects


def _platforms(options: argparse.Namespace, clock: Callable[[], datetime]) -> list[Platform]:
    made: list[Platform] = []
    for name in filter(None, (part.strip() for part in options.platforms.split(","))):
        if name == _WECHAT:
            quota = Quota(per_minute=options.per_minute, per_day=options.per_day)
            made.append(
                EmulatedWeChatShop(
                    app_id=options.app_id, app_secret=options.app_secret, quota=quota, clock=clock
                )
            )
        else:
            made.append(make_platform(name, clock=clock))
    if not made:
        raise ArgumentError(f"--platforms names none; there are {', '.join(known_platforms())}")
    return made


def _credentials(platform: Platform) -> dict[str, str]:
    """What a client has to know of a platform: its public settings that are texts."""
    return {
        name: value
        for name, value in vars(platform).items()
        if not name.startswith("_") and isinstance(value, str)
    }


def _open(name: str, value: str) -> str:
    return (
        value if not any(word in name for word in ("secret", "token", "key")) or name == "app_key" else "***"
    )


def _sell(platforms: Sequence[Platform], number: int, *, now: datetime, seed: int, is_new: bool) -> None:
    for platform in platforms:
        sell = getattr(platform, "sell", None)
        if sell is None:
            raise ArgumentError(f"{platform.name} cannot be filled with made-up sales; fill it with --orders")
        sell(sample_order(number, now=now, seed=seed, is_new=is_new))


def _addresses(options: argparse.Namespace) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for entry in options.push_to:
        name, equals, url = entry.partition("=")
        if not equals:
            raise ArgumentError(
                f"--push-to {entry}: expected NAME=URL, for instance douyin=http://127.0.0.1:8000/"
            )
        found[name] = url
    return found


def _push_faults(options: argparse.Namespace) -> PushFaults:
    rates: dict[str, Any] = {}
    for entry in filter(None, (part.strip() for part in options.push_faults.split(","))):
        name, _, rate = entry.partition("=")
        try:
            rates[name] = float(rate)
            PushFaults(**{name: rates[name]})
        except (ValueError, TypeError) as error:
            raise ArgumentError(
                f"--push-faults {entry}: expected duplicate, out_of_order, late or lost with a share, as lost=0.01"
            ) from error
    return PushFaults(**rates, seed=options.seed)


def _start(options: argparse.Namespace) -> tuple[Sandbox, Sequence[Platform], int, SandboxClock]:
    clock = SandboxClock()
    platforms = _platforms(options, clock)
    served = 0
    if options.orders is not None:
        shops = [platform for platform in platforms if isinstance(platform, EmulatedWeChatShop)]
        if not shops:
            raise ArgumentError(f"--orders are those of {_WECHAT}, which is not among --platforms")
        served = _fill(shops[0], options.orders)
    for number in range(options.sell):
        _sell(platforms, number, now=clock(), seed=options.seed, is_new=False)
    faults = Faults.parse(options.faults, seed=options.seed)
    box = Sandbox(platforms=platforms, faults=faults, port=options.port, clock=clock)
    for name, url in _addresses(options).items():
        box.push_to(name, url, faults=_push_faults(options))
    try:
        box.start()
    except OSError:
        box.close()
        raise
    return box, platforms, served, clock


def _line(platform: Platform, url: str, served: int) -> str:
    if isinstance(platform, EmulatedWeChatShop):
        return f"{platform.name} {url} appid={platform.app_id} orders={served}\n"
    told = " ".join(f"{name}={_open(name, value)}" for name, value in _credentials(platform).items())
    if platform.name in _CONSENTS:
        told += f" code={getattr(platform, _CONSENTS[platform.name])()}"
    return f"{platform.name} {url} {told}".rstrip() + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 2 for an option or a file that cannot be used."""
    options = _options(arguments)
    try:
        if options.credentials:
            for platform in _platforms(options, SandboxClock()):
                sys.stdout.write(f"{platform.name} {json.dumps(_credentials(platform))}\n")
            return 0
        box, platforms, served, clock = _start(options)
    except (UsageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stop = threading.Event()

    def end(_number: int, _frame: object) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    for platform in platforms:
        sys.stdout.write(_line(platform, box.url(platform.name), served + options.sell))
    sys.stdout.flush()
    sold = options.sell
    while not stop.wait(options.sell_every):
        _sell(platforms, sold, now=clock(), seed=options.seed, is_new=True)
        sold += 1
    box.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
