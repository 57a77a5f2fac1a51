"""``python -m privdomain.sandbox``: the sandbox for programs in any language."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from privdomain.errors import ArgumentError
from privdomain.sandbox import EmulatedWeChatShop, Faults, Quota, Sandbox, catalog_of
from privdomain.sandbox.wechat_shop import DEFAULT_APP_ID, DEFAULT_APP_SECRET


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m privdomain.sandbox",
        description="The WeChat Store on 127.0.0.1, until it is interrupted. Prints one line when it listens.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument(
        "--orders",
        type=Path,
        metavar="FILE",
        help='a JSON list of orders as order/get serves them, or {"orders": […], "products": […]}',
    )
    parser.add_argument(
        "--faults", default="", metavar="TEXT", help="server_error=0.02,timeout=0.01,code:-1=0.01"
    )
    parser.add_argument("--seed", type=int, default=0, help="which request meets which fault")
    parser.add_argument("--per-minute", type=int, metavar="N", help="calls of one path answered in a minute")
    parser.add_argument(
        "--per-day", type=int, metavar="N", help="calls of one path answered in a day of Beijing"
    )
    parser.add_argument("--app-id", default=DEFAULT_APP_ID)
    parser.add_argument("--app-secret", default=DEFAULT_APP_SECRET)
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 2 for an option or a file that cannot be used."""
    options = _options(arguments)
    try:
        shop = EmulatedWeChatShop(
            app_id=options.app_id,
            app_secret=options.app_secret,
            quota=Quota(per_minute=options.per_minute, per_day=options.per_day),
        )
        served = 0 if options.orders is None else _fill(shop, options.orders)
        box = Sandbox(
            platforms=[shop], faults=Faults.parse(options.faults, seed=options.seed), port=options.port
        )
        box.start()
    except (ArgumentError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stop = threading.Event()

    def end(_number: int, _frame: object) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    sys.stdout.write(f"wechat_shop {box.url('wechat_shop')} appid={shop.app_id} orders={served}\n")
    sys.stdout.flush()
    stop.wait()
    box.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
