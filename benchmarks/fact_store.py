"""1 M orders from the store to order_lines as a frame, against polars.read_database on the same table.

Generated data, with a seed: one and a half lines an order, ids as long as a platform's, 100,000 buyers, a tenth of
the orders unpaid. The rows are written by plain SQL into the tables that the store made. Both sides read the same
SQLite file; ours also makes instants, booleans and the local day of what polars leaves as integers.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
from pathlib import Path

from benchmarks.harness import Result, race

VERSIONS = ("polars", "sqlalchemy")

ORDERS = 1_000_000
SEED = 20_261_124
START_MICROS = 1_700_000_000_000_000


def prepare(params):
    from privdomain.stores import SqlStore

    store = SqlStore(f"sqlite:///{params['path']}")

    def work():
        frame = store.frame("order_lines")
        assert frame.width == params["columns"]
        return [
            frame.height,
            frame["paid_minor"].sum(),
            frame["buyer_id"].n_unique(),
            frame["paid_at"].null_count(),
        ]

    return work


def run() -> Result:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.sqlite3"
        lines, columns = _fill(path)
        both = race("fact_store", {"path": str(path), "columns": columns + 1}, runs=7)
    return Result(
        ours=both.ours.median,
        peer=both.peer.median,
        unit="s for 1 M orders",
        n=both.runs,
        versions=both.versions,
        goal=0.7,
        quality={
            "lines": lines,
            "same_answer_ok": both.ours.answer == both.peer.answer,
            "spread": [round(both.ours.spread, 2), round(both.peer.spread, 2)],
        },
    )


def _fill(path: Path) -> tuple[int, int]:
    from privdomain.stores import SqlStore, metadata

    with SqlStore(f"sqlite:///{path}") as store:
        store.migrate()
    columns = [column.name for column in metadata.tables["pd_order_line"].c]
    insert = f"INSERT INTO pd_order_line ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    with connection:
        connection.executemany(insert, _lines(columns))
    (count,) = connection.execute("SELECT count(*) FROM pd_order_line").fetchone()
    connection.close()
    return count, len(columns)


def _lines(columns):
    chance = random.Random(SEED)
    for number in range(ORDERS):
        at = START_MICROS + number * 60_000_000 + chance.randrange(60_000_000)
        paid_at = None if number % 10 == 0 else at + 30_000_000
        row = {
            "space": "", "platform": "wechat_shop", "shop_id": "wx0f1e2d3c4b5a6978",
            "order_id": f"37{number + 10**15:017}", "buyer_id": f"oPd{chance.randrange(100_000):025}",
            "currency": "CNY", "status": "completed" if paid_at else "closed", "is_gift": 0,
            "created_at": at, "paid_at": paid_at, "updated_at": at + 86_400_000_000,
        }  # fmt: skip
        for line in range(1 + number % 2):
            product = chance.randrange(2_000)
            price = 990 + 10 * product
            row |= {
                "line_id": str(line + 1), "product_id": f"{10**13 + product}", "sku_id": f"{2 * 10**13 + product}",
                "title": f"桂花乌龙茶 {product} 号 250g 礼盒装", "merchant_sku": f"GH-{product:05}",
                "quantity": 1 + product % 3, "unit_price_minor": price, "discount_minor": 100,
                "paid_minor": price * (1 + product % 3) - 100, "refunded_quantity": 0, "is_freebie": 0,
            }  # fmt: skip
            yield tuple(row[name] for name in columns)
