"""Several workers at once, and workers that die: each row is sent by one of them, and no row lies about it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from privdomain.calendar import ManualClock
from privdomain.dispatch import (
    Outbox,
    agree_refund_intention,
    dispatch,
    reconcile_unknown,
    set_memo_intention,
    set_stock_intention,
    ship_intention,
)
from privdomain.models import Parcel
from privdomain.stores import OutboxState
from tests.dispatch._depot import START, depot_shop
from tests.quality._tree import ROOT, SOURCES

TARGET = "depot:s1"


def wishes(count):
    """Parcels, refunds and notes; the notes of an order must stay in their order."""
    made = []
    for number in range(count):
        parcel = Parcel(carrier="sf", waybill_id=f"W{number}")
        made.append(ship_intention(f"o{number}", parcels=[parcel], target=TARGET))
        made.append(agree_refund_intention(f"r{number}", target=TARGET))
        text = f"{number:03}"
        made.append(set_memo_intention(f"m{number % 3}", text=text, target=TARGET, key=f"memo:{text}"))
    return made


def judge(depot, outbox, count):
    assert outbox.counts()[OutboxState.DONE] == 3 * count
    assert depot.parcels == {f"o{number}": [f"W{number}"] for number in range(count)}
    assert dict(depot.refunds) == {f"r{number}": 1 for number in range(count)}
    for memos in depot.memos.values():
        assert memos == sorted(memos)
    assert sum(map(len, depot.memos.values())) == count


def test_threads_share_the_work(open_store, serve):
    depot, box, _ = serve()
    outbox = Outbox(open_store(), clock=ManualClock(START))
    outbox.put(*wishes(20))
    stores = [open_store() for _ in range(4)]

    def work(store):
        with depot_shop(box.url("depot")) as shop:
            own = Outbox(store, clock=ManualClock(START))
            sent = 0
            # what one worker holds back for its subject, another one may have to send afterwards
            while own.counts()[OutboxState.WAITING]:
                sent += dispatch(own, [shop]).done
            return sent

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, stores))

    assert sum(done) == 60
    judge(depot, outbox, 20)


def test_writers_of_the_same_intentions_leave_one_row_each(open_store):
    """Eight writers put the same in different orders: together they write each once."""
    many = wishes(10)

    def put(turn):
        rotated = many[turn * 3 :] + many[: turn * 3]
        return Outbox(open_store(), clock=ManualClock(START)).put(*rotated)

    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(put, range(8)))

    assert sum(new) == len(many)
    assert len(Outbox(open_store()).rows()) == len(many)


def child(url, space, depot_url, step=None):
    options = [] if step is None else [str(step)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.dispatch._worker_child", url, space, depot_url, START.isoformat(), *options],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}"},
    )  # fmt: skip


def test_processes_share_the_work(url, open_store, serve):
    depot, box, shop = serve()
    store = open_store()
    outbox = Outbox(store, clock=ManualClock(START))
    outbox.put(*wishes(15))

    children = [child(url, store.space, box.url("depot")) for _ in range(3)]
    done = 0
    for one in children:
        out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
        done += int(out)

    done += dispatch(outbox, [shop]).done  # a note that was held back when the last of them looked
    assert done == 45
    judge(depot, outbox, 15)


@pytest.mark.parametrize("step", range(1, 7))
def test_killed_at_every_step(step, url, open_store, serve):
    """``kill -9`` before and after each thing a worker does: one effect each in the end, and the rows say so."""
    depot, box, shop = serve()
    store = open_store()
    clock = ManualClock(START)
    outbox = Outbox(store, clock=clock)
    parcel = Parcel(carrier="sf", waybill_id="W1")
    outbox.put(
        ship_intention("o1", parcels=[parcel], target=TARGET),
        agree_refund_intention("r1", target=TARGET),
        set_stock_intention("p", sku_id="k", quantity=7, target=TARGET, key="count:1"),
    )

    dead = child(url, store.space, box.url("depot"), step)
    dead.communicate(timeout=120)
    assert dead.returncode == -signal.SIGKILL
    left = outbox.counts()
    assert left[OutboxState.SENDING] == (step not in {1, 6})
    assert left[OutboxState.DONE] == (step == 6)

    clock.advance(timedelta(hours=1))
    first = dispatch(outbox, [shop])
    assert first.abandoned == (step not in {1, 6})
    clock.advance(timedelta(hours=1))
    reconcile_unknown(outbox, [shop])
    dispatch(outbox, [shop])

    assert outbox.counts()[OutboxState.DONE] == 3
    assert (depot.parcels, dict(depot.refunds), depot.stock) == ({"o1": ["W1"]}, {"r1": 1}, {"p/k": 7})
