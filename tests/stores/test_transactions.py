"""Our own transactions, and the caller's."""

from __future__ import annotations

import asyncio
import pickle
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from privdomain.errors import ArgumentError, MissingExtra, TransactionLost, UsageError
from privdomain.models import OrderStatus
from privdomain.stores import SqlStore, metadata
from privdomain.stores._conflicts import is_conflict
from privdomain.stores._rows import order_rows
from tests.stores._orders import an_order
from tests.stores.conftest import EVERY, SERVERS, url_of

ORDER = metadata.tables["pd_order"]


def test_a_block_is_all_or_nothing(store: SqlStore) -> None:
    """What ``begin`` brackets is committed when it ends well and undone when it does not."""
    with store.begin() as unit:
        unit.upsert_orders([an_order("A1")])
        unit.upsert_orders([an_order("A2")])
    with pytest.raises(ArgumentError), store.begin() as unit:  # noqa: PT012  (the block is what is undone)
        unit.upsert_orders([an_order("A3")])
        unit.upsert_orders([an_order("A4", space="other")])

    assert [order.order_id for order in store.orders()] == ["A1", "A2"]


@pytest.fixture(params=["memory", *EVERY])
def outer(request: pytest.FixtureRequest):
    url = "sqlite://" if request.param == "memory" else url_of(request)
    with SqlStore(url, space=request.node.name[-40:]) as store:
        store.migrate()
        yield store


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.upsert_orders([an_order("A2")]),
        lambda store: store.retrying(lambda unit: unit.upsert_orders([an_order("A2")])),
        lambda store: store.order("A1", platform="wechat_shop", shop_id="wx1"),
        lambda store: store.frame("orders"),
        lambda store: list(store.orders()),
        lambda store: store.checkpoints.get("orders", platform="wechat_shop", shop_id="wx1"),
        lambda store: store.migrate(),
    ],
    ids=["write", "retrying", "order", "frame", "orders", "checkpoint", "migrate"],
)
def test_the_outer_store_inside_its_own_block(outer: SqlStore, use) -> None:
    """It would wait for its own block, or commit half of it: the store to use is named, and the block stays whole."""
    with outer.begin() as unit:
        unit.upsert_orders([an_order("A1")])
        with pytest.raises(UsageError, match=r"use the store that begin\(\) gave you"):
            use(outer)
        unit.upsert_orders([an_order("A3")])

    assert [order.order_id for order in outer.orders()] == ["A1", "A3"]
    with pytest.raises(KeyError), outer.begin() as unit:  # noqa: PT012  (the whole block is what is undone)
        unit.upsert_orders([an_order("A5")])
        with pytest.raises(UsageError):
            use(outer)
        raise KeyError
    assert [order.order_id for order in outer.orders()] == ["A1", "A3"]


def test_another_thread_is_not_inside_the_block(store: SqlStore) -> None:
    """Only the code inside the block is refused: others wait for their turn, or read what was there."""
    with store.begin() as unit, ThreadPoolExecutor(1) as pool:
        unit.upsert_orders([an_order("A1")])
        assert pool.submit(lambda: store.frame("orders").height).result() == 0

    assert store.frame("orders").height == 1


def test_another_task_is_not_inside_the_block(store: SqlStore) -> None:
    """Tasks share a thread and not a block; a worker thread of a task is inside with it."""

    async def main() -> list[object]:
        opened, done = asyncio.Event(), asyncio.Event()

        async def inside() -> type | None:
            with store.begin():
                opened.set()
                await done.wait()
                try:
                    await asyncio.to_thread(store.frame, "orders")
                except UsageError as error:
                    return type(error)
            return None

        async def beside() -> int:
            await opened.wait()
            height = store.frame("orders").height
            done.set()
            return height

        return await asyncio.gather(inside(), beside())

    assert asyncio.run(main()) == [UsageError, 0]


def test_a_block_that_is_left_elsewhere(store: SqlStore) -> None:
    """A web framework may enter and leave a block in two contexts: the store is free afterwards, in both."""
    here, there = copy_context(), copy_context()
    block = store.begin()
    unit = here.run(block.__enter__)
    unit.upsert_orders([an_order("A1")])
    there.run(block.__exit__, None, None, None)

    for context in (here, there):
        assert context.run(lambda: store.frame("orders").height) == 1


def test_in_the_callers_connection_nothing_is_committed(url: str, store: SqlStore) -> None:
    """The host's rows and ours stand or fall together, by the host's commit."""
    engine = create_engine(url)
    with engine.connect() as connection:
        inside = SqlStore(connection, space=store.space)
        inside.upsert_orders([an_order("A1")])
        assert inside.frame("orders").height == 1
        connection.rollback()
        assert store.frame("orders").height == 0

        with connection.begin(), inside.begin() as unit:
            unit.upsert_orders([an_order("A2")])
        assert [order.order_id for order in store.orders()] == ["A2"]
        inside.close()
        assert not connection.closed
    engine.dispose()


def test_an_engine_of_the_caller_stays_open(url: str, store: SqlStore) -> None:
    """Closing a store of an engine closes nothing of the engine's."""
    engine = create_engine(url)
    with SqlStore(engine, space=store.space) as of_engine:
        assert of_engine.upsert_orders([an_order()]).inserted == 1

    assert SqlStore(engine, space=store.space).frame("orders").height == 1
    engine.dispose()


def test_retrying_runs_the_whole_again(store: SqlStore) -> None:
    """What was written before the loss is written again, once."""
    attempts = []

    def work(unit: SqlStore) -> int:
        attempts.append(len(attempts))
        unit.upsert_orders([an_order(f"A{len(attempts)}")])
        if len(attempts) < 3:
            raise TransactionLost("somebody was faster")
        return unit.frame("orders").height

    assert store.retrying(work) == 1
    assert [order.order_id for order in store.orders()] == ["A3"]


def test_a_hopeless_transaction_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve attempts, then the loss is the caller's to see."""
    attempts = []

    def work(_: SqlStore) -> None:
        attempts.append(1)
        raise TransactionLost("again")

    monkeypatch.setattr("privdomain.stores.database._FIRST_WAIT_S", 0.0)
    with SqlStore("sqlite://") as store, pytest.raises(TransactionLost):
        store.retrying(work)
    assert len(attempts) == 12


def test_only_the_caller_can_repeat_his_transaction(store: SqlStore) -> None:
    """Inside somebody's transaction `retrying` is refused with the way out."""
    with (
        store.begin() as unit,
        pytest.raises(ArgumentError, match="repeat your transaction on TransactionLost"),
    ):
        unit.retrying(lambda inner: inner)


def test_a_writer_that_waits_too_long_on_sqlite(tmp_path) -> None:
    """A busy file is a lost transaction, not an unknown error of the driver."""
    url = f"sqlite:///{tmp_path / 'busy.sqlite3'}"
    engine = create_engine(url, connect_args={"timeout": 0})
    with SqlStore(url) as store, store.begin(), engine.connect() as connection:
        impatient = SqlStore(connection)
        with pytest.raises(TransactionLost, match=r"database busy.*store\.retrying") as caught:
            impatient.upsert_orders([an_order()])
    engine.dispose()
    assert is_conflict(caught.value.__cause__)
    assert "busy" in str(pickle.loads(pickle.dumps(caught.value)))


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    url = url_of(request)
    with SqlStore(url) as store:
        store.migrate()
    return url


def test_a_deadlock_is_repeated(server: str, request: pytest.FixtureRequest) -> None:
    """Two units that take two orders in opposite order: the database gives one up, and both end up done."""
    space = request.node.name[-40:]
    barrier = Barrier(2)
    attempts: list[str] = []

    def run(name: str, first: str, second: str) -> None:
        def work(unit: SqlStore) -> None:
            attempts.append(name)
            later_s = ord(name) * 10 + attempts.count(name)
            unit.upsert_orders([an_order(first, later_s=later_s)])
            if attempts.count(name) == 1:
                barrier.wait()
            unit.upsert_orders([an_order(second, later_s=later_s)])

        with SqlStore(server, space=space) as store:
            store.retrying(work)

    with SqlStore(server, space=space) as store:
        store.upsert_orders([an_order("A"), an_order("B")])
        pair = [Thread(target=run, args=("x", "A", "B")), Thread(target=run, args=("y", "B", "A"))]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()

        assert len(attempts) == 3
        assert len({order.version for order in store.orders()}) == 1


def test_a_deadlock_in_the_callers_transaction_is_his_to_repeat(
    server: str, request: pytest.FixtureRequest
) -> None:
    """In a caller's connection the loss is said and nothing is tried again."""
    space = request.node.name[-40:]
    engine = create_engine(server, isolation_level="READ COMMITTED")
    barrier, outcomes = Barrier(2), []

    def run(first: str, second: str, later_s: int) -> None:
        with engine.connect() as connection:
            inside = SqlStore(connection, space=space)
            try:
                inside.upsert_orders([an_order(first, later_s=later_s)])
                barrier.wait()
                inside.upsert_orders([an_order(second, later_s=later_s)])
                connection.commit()
                outcomes.append("committed")
            except TransactionLost:
                outcomes.append("lost")

    with SqlStore(server, space=space) as store:
        store.upsert_orders([an_order("A"), an_order("B")])
        pair = [Thread(target=run, args=("A", "B", 1)), Thread(target=run, args=("B", "A", 2))]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()

        assert sorted(outcomes) == ["committed", "lost"]
        assert len({order.version for order in store.orders()}) == 1
    engine.dispose()


def test_an_old_snapshot_is_never_written_over(server: str, request: pytest.FixtureRequest) -> None:
    """A caller at REPEATABLE READ whose snapshot is old writes over no newer copy: he is told, or finds it stale."""
    space = request.node.name[-40:]
    engine = create_engine(server, isolation_level="REPEATABLE READ")
    with SqlStore(server, space=space) as store, engine.connect() as connection:
        store.upsert_orders([an_order()])
        inside = SqlStore(connection, space=space)
        assert inside.order("A1", platform="wechat_shop", shop_id="wx1").status == OrderStatus.PAID
        store.upsert_orders([an_order(later_s=60, status=OrderStatus.COMPLETED)])

        try:
            assert inside.upsert_orders([an_order(later_s=1, status=OrderStatus.SHIPPED)]).stale == 1
            connection.commit()
        except TransactionLost:
            connection.rollback()

        assert store.order("A1", platform="wechat_shop", shop_id="wx1").status == OrderStatus.COMPLETED
    engine.dispose()


@pytest.mark.servers
def test_a_deadlock_under_a_savepoint_is_recognized(mysql_url: str) -> None:
    """MariaDB drops the savepoint with the transaction; what surfaces then does not say deadlock."""
    engine = create_engine(mysql_url, isolation_level="READ COMMITTED")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS pair (id INT PRIMARY KEY, n INT)"))
        connection.execute(text("REPLACE INTO pair VALUES (1, 0), (2, 0)"))
    barrier, errors = Barrier(2), []

    def run(first: int, second: int) -> None:
        change = text("UPDATE pair SET n = n + 1 WHERE id = :id")
        with engine.connect() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(change, {"id": first})
                    barrier.wait()
                    connection.execute(change, {"id": second})
                connection.commit()
            except Exception as error:  # noqa: BLE001  (which one it is, is what the test asks)
                errors.append(error)

    pair = [Thread(target=run, args=(1, 2)), Thread(target=run, args=(2, 1))]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    engine.dispose()

    assert [is_conflict(error) for error in errors] == ["deadlock"]


def test_an_error_that_repeating_cannot_mend_is_left_as_it_is(store: SqlStore) -> None:
    """A broken constraint is no conflict, and its message shows no payload."""
    row = {**order_rows(an_order(), space=store.space).row, "platform_status": None, "write_id": ""}

    with pytest.raises(IntegrityError) as caught, store.begin() as unit:
        unit._database._connection.execute(insert(ORDER), row)

    assert "王小茶" not in str(caught.value)
    assert is_conflict(caught.value) is None


@pytest.mark.servers
def test_inside_an_asynchronous_connection(tmp_path) -> None:
    """`AsyncConnection.run_sync` hands over the connection that the same store works in."""
    pytest.importorskip("greenlet", reason="sqlalchemy[asyncio] is not installed")
    pytest.importorskip("aiosqlite", reason="the driver aiosqlite is not installed")
    from sqlalchemy.ext.asyncio import create_async_engine

    url = f"sqlite+aiosqlite:///{tmp_path / 'async.sqlite3'}"

    async def main() -> int:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(lambda inner: SqlStore(inner).migrate())
            counts = await connection.run_sync(lambda inner: SqlStore(inner).upsert_orders([an_order()]))
            height = await connection.run_sync(lambda inner: SqlStore(inner).frame("orders").height)
        await engine.dispose()
        return counts.inserted + height

    assert asyncio.run(main()) == 2
    with SqlStore(f"sqlite:///{tmp_path / 'async.sqlite3'}") as store:
        assert store.frame("orders").height == 1


@pytest.mark.parametrize(
    ("target", "error", "says"),
    [
        ("orders.sqlite3", ArgumentError, "expected sqlite:///orders.sqlite3"),
        ("oracle://scott:tiger@db/x", ArgumentError, "'oracle' is not a database we speak"),
        ("postgresql+nope://u@h/x", ArgumentError, "driver that SQLAlchemy does not know"),
        ("postgresql+pg8000://u@h/x", MissingExtra, r"pip install 'privdomain\[postgres\]'"),
        (42, ArgumentError, "URL, an Engine or a Connection, not int"),
    ],
)
def test_a_target_that_is_none(target, error, says) -> None:
    """The message says what would be right and shows no password."""
    with pytest.raises(error, match=says) as caught:
        SqlStore(target)

    assert "tiger" not in str(caught.value)


@pytest.mark.servers
def test_no_password_is_shown() -> None:
    """``repr`` of a store hides it; no connection is made for it."""
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    assert "geheim" not in repr(SqlStore("postgresql://me:geheim@127.0.0.1/x", space="b"))


@pytest.mark.parametrize("options", [{"space": "x" * 65}, {"zone": "Asia/Shangai"}])
def test_a_store_that_cannot_be(options) -> None:
    """A space that no column holds and a zone that nobody knows are refused at once."""
    with pytest.raises(ArgumentError):
        SqlStore("sqlite://", **options)


def test_read_of_tables_by_the_host(url: str, store: SqlStore) -> None:
    """``metadata`` is SQLAlchemy's: a host selects from our tables in its own statements."""
    store.upsert_orders([an_order()])
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            select(ORDER.c.order_id, ORDER.c.updated_at).where(ORDER.c.space == store.space)
        ).all()
    engine.dispose()

    assert [tuple(row) for row in found] == [("A1", an_order().updated_at)]
