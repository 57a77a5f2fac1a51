"""Many writers at once: nothing is lost, nothing is doubled, the newest copy stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from privdomain.stores import SqlStore, UpsertCounts
from tests.quality._tree import ROOT, SOURCES
from tests.stores._orders import ORDERS, VERSIONS, an_order, copies_of

WRITERS = 6


def check(store: SqlStore, counts: list[UpsertCounts]) -> None:
    writers = len(counts)
    total = sum(counts, UpsertCounts())
    assert total.inserted == ORDERS
    assert total.inserted + total.updated + total.unchanged + total.stale == writers * ORDERS * VERSIONS
    newest = an_order(later_s=VERSIONS - 1).version
    assert store.frame("orders", columns=["version"])["version"].to_list() == [newest] * ORDERS
    lines = store.frame("order_lines", columns=["order_id", "line_id", "quantity"])
    assert sorted(lines.rows()) == [
        (f"A{n:03}", f"{i}", VERSIONS) for n in range(ORDERS) for i in range(VERSIONS)
    ]


@pytest.mark.parametrize("seed", range(2))
def test_threads_that_write_the_same_orders(open_store, seed: int) -> None:
    """Writers with all copies in different sequences: each order is inserted once, and its newest copy stays whole."""
    store = open_store()

    def write(writer: int) -> UpsertCounts:
        return sum((store.upsert_orders(page) for page in copies_of(writer, seed)), UpsertCounts())

    with ThreadPoolExecutor(WRITERS) as pool:
        counts = list(pool.map(write, range(WRITERS)))

    check(store, counts)


def test_threads_on_a_database_in_memory() -> None:
    """An in-memory SQLite database is one connection, and threads take turns."""
    with SqlStore("sqlite://") as store:

        def write(writer: int) -> UpsertCounts:
            return sum((store.upsert_orders(page) for page in copies_of(writer, 3)), UpsertCounts())

        with ThreadPoolExecutor(WRITERS) as pool:
            counts = list(pool.map(write, range(WRITERS)))
        check(store, counts)


_CHILD = """
import json, sys
from attrs import asdict
from privdomain.stores import SqlStore, UpsertCounts
from tests.stores._orders import copies_of
url, space, writer = sys.argv[1:]
with SqlStore(url, space=space) as store:
    total = sum((store.upsert_orders(page) for page in copies_of(int(writer), 9)), UpsertCounts())
print(json.dumps(asdict(total)))
"""


def test_processes_that_write_the_same_orders(url: str, store: SqlStore) -> None:
    """As with threads, in two processes that share nothing but the database."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _CHILD, url, store.space, str(writer)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}"},
        )
        for writer in range(2)
    ]  # fmt: skip
    counts = [UpsertCounts(**json.loads(child.communicate()[0])) for child in children]

    check(store, counts)
