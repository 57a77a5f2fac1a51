"""The tables, and how a database comes to have them."""

from __future__ import annotations

import pkgutil
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import BigInteger, Boolean, Integer, create_engine, inspect, make_url, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from privdomain.errors import ArgumentError, ConflictError, SchemaOutdated
from privdomain.frames import ORDER_LINES, ORDERS
from privdomain.frames.schema import Kind
from privdomain.stores import SqlStore, metadata
from privdomain.stores._types import Id, Instant, Words
from privdomain.stores.schema import migrations
from tests.stores._orders import an_order
from tests.stores.conftest import SERVERS, url_of

AT = datetime(2026, 11, 24, tzinfo=UTC)
KINDS = {
    Id: Kind.STRING,
    Words: Kind.STRING,
    Instant: Kind.INSTANT,
    BigInteger: Kind.INT,
    Integer: Kind.INT,
    Boolean: Kind.BOOL,
}


@pytest.mark.parametrize(
    ("schema", "table", "ours"),
    [(ORDERS, "pd_order", {"digest", "write_id", "payload"}), (ORDER_LINES, "pd_order_line", set())],
)
def test_a_table_has_the_columns_of_its_schema(schema, table, ours) -> None:
    """Table and frame schema are equal but for what is joined or made on reading, and for our own bookkeeping."""
    columns = {column.name: column for column in metadata.tables[table].c if column.name not in ours}
    kept = [column for column in schema if column.required and column.name != "order_date"]

    assert list(columns) == [column.name for column in kept]
    assert {name: KINDS[type(column.type)] for name, column in columns.items()} == {
        c.name: c.kind for c in kept
    }
    assert {name for name, column in columns.items() if column.nullable} == {
        c.name for c in kept if c.nullable
    }


def test_every_key_begins_with_space() -> None:
    """One database serves many brands; `pd_schema` is about the database itself."""
    for table in metadata.sorted_tables:
        assert table.name.startswith("pd_")
        if table.name != "pd_schema":
            assert next(iter(table.primary_key)).name == "space"
            assert all(next(iter(index.columns)).name == "space" for index in table.indexes)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mariadb", "mysql"])
def test_the_steps_lead_to_the_tables(dialect: str) -> None:
    """What the migrations create is what the code writes to: the same DDL in every dialect."""
    spoken = make_url(f"{dialect}://").get_dialect()()
    wanted = set()
    for table in metadata.sorted_tables:
        for statement in (CreateTable(table), *map(CreateIndex, table.indexes)):
            wanted.add(_plain(str(statement.compile(dialect=spoken))))

    script = {_plain(statement) for statement in SqlStore.ddl(dialect).split(";\n") if statement.strip()}

    assert {statement for statement in script if statement.startswith("CREATE")} == wanted


def _plain(statement: str) -> str:
    return re.sub(r"\s+", " ", statement.replace("IF NOT EXISTS ", "")).strip().removesuffix(";")


def test_the_script_makes_a_database_the_store_accepts(tmp_path) -> None:
    """What ``ddl`` prints and what ``migrate`` does are the same, version and time included."""
    path = tmp_path / "by_hand.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(SqlStore.ddl("sqlite"))
    (applied_at,) = connection.execute("SELECT applied_at FROM pd_schema").fetchone()
    connection.close()

    with SqlStore(f"sqlite:///{path}") as store:
        assert store.upsert_orders([an_order()]).inserted == 1
    assert datetime.fromtimestamp(applied_at / 1e6, UTC) > AT


@pytest.mark.parametrize(
    ("dialect", "parts"),
    [
        ("mariadb", ["utf8mb4_nopad_bin", "DATETIME(6)", "LONGTEXT"]),
        ("mysql", ["utf8mb4_0900_bin", "DATETIME(6)", "LONGTEXT"]),
        ("postgresql", ['COLLATE "C"', "TIMESTAMP WITH TIME ZONE", "BIGINT"]),
        ("sqlite", ["WITHOUT ROWID", "BIGINT"]),
    ],
)
def test_each_dialect_in_its_own_words(dialect, parts) -> None:
    """The types that keep ids apart and microseconds whole."""
    script = SqlStore.ddl(dialect)

    assert [part for part in parts if part not in script] == []


def test_an_unknown_dialect() -> None:
    """The nearest one is named."""
    with pytest.raises(ArgumentError, match="did you mean 'postgresql'"):
        SqlStore.ddl("postgres")


def test_a_new_sqlite_file_is_ours_to_fill(tmp_path) -> None:
    """A file that did not exist gets its tables with the first use, and no file is touched before."""
    path = tmp_path / "new.sqlite3"

    with SqlStore(f"sqlite:///{path}") as store:
        assert not path.exists()
        assert store.frame("orders").height == 0
    assert path.exists()


def test_a_file_of_somebody_else_is_not(tmp_path) -> None:
    """An existing database is only changed when asked; the error names the call that would be right."""
    path = tmp_path / "theirs.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()

    with SqlStore(f"sqlite:///{path}") as store:
        with pytest.raises(SchemaOutdated, match=r"no tables of privdomain yet.*store\.migrate\(\)"):
            store.frame("orders")
        with pytest.raises(SchemaOutdated):
            store.upsert_orders([an_order()])
        store.migrate(at=AT)
        assert store.upsert_orders([an_order()]).inserted == 1


def test_an_engine_of_the_caller_is_not_filled_either(tmp_path) -> None:
    """An engine is the caller's, and so is what its database holds."""
    engine = create_engine(f"sqlite:///{tmp_path / 'engine.sqlite3'}")
    with SqlStore(engine) as store, pytest.raises(SchemaOutdated):
        store.frame("orders")
    SqlStore(engine).migrate(at=AT)

    assert SqlStore(engine).frame("orders").height == 0
    engine.dispose()


def test_a_database_from_the_future(tmp_path) -> None:
    """A newer schema is not read by guessing: the package is to be upgraded."""
    url = f"sqlite:///{tmp_path / 'future.sqlite3'}"
    with SqlStore(url) as store, store.begin():
        pass
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(metadata.tables["pd_schema"].insert().values(version=99, applied_at=AT))
    engine.dispose()

    with SqlStore(url) as store:
        with pytest.raises(SchemaOutdated, match=r"version 99.*upgrade the package"):
            store.frame("orders")
        with pytest.raises(SchemaOutdated):
            store.migrate(at=AT)


def test_steps_are_numbered_in_order() -> None:
    """A step's number is the version it leads to, and every file of the folder is a step."""
    files = sorted(found.name.removeprefix("_") for found in pkgutil.iter_modules(migrations.__path__))

    assert list(migrations.STEPS) == files
    assert [int(step.partition("_")[0]) for step in migrations.STEPS] == list(range(1, migrations.NEWEST + 1))


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest):
    """A server's database without our tables."""
    url = url_of(request)
    engine = create_engine(url)
    metadata.drop_all(engine)
    yield url, engine
    with SqlStore(url) as store:
        store.migrate(at=AT)
    engine.dispose()


def test_eight_processes_that_migrate_at_once(server) -> None:
    """A rolling start: each asks for the migration, one does it, all go on."""
    url, engine = server

    def start(_):
        with SqlStore(url) as store:
            return store.migrate(at=AT)

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(start, range(8)))

    assert versions == [migrations.NEWEST] * 8
    with engine.connect() as connection:
        assert connection.scalars(select(metadata.tables["pd_schema"].c.version)).all() == [
            *range(1, migrations.NEWEST + 1)
        ]


@pytest.mark.servers
def test_a_migration_that_does_not_get_its_turn(mysql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is migrated without the lock; who waits too long is told, and may call again."""
    monkeypatch.setattr("privdomain.stores.schema.versions._LOCK_S", 0)
    engine = create_engine(mysql_url)
    with SqlStore(mysql_url) as store:
        with engine.connect() as other:
            other.execute(text("SELECT GET_LOCK('privdomain.migrate', 0)"))
            with pytest.raises(ConflictError, match=r"privdomain\.migrate.*call store\.migrate\(\) again"):
                store.migrate(at=AT)
            other.execute(text("SELECT RELEASE_LOCK('privdomain.migrate')"))
        assert store.migrate(at=AT) == migrations.NEWEST
    engine.dispose()


def test_a_step_that_was_interrupted_is_run_again(server) -> None:
    """MySQL commits at every CREATE: half a step is completed by the next call."""
    url, engine = server
    with SqlStore(url) as store:
        store.migrate(at=AT)
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE pd_dead_letter"))
            connection.execute(text("DELETE FROM pd_schema"))

        with SqlStore(url) as fresh:
            with pytest.raises(SchemaOutdated, match="no tables of privdomain"):
                fresh.frame("orders")
            assert fresh.migrate(at=AT) == migrations.NEWEST

    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_processes_that_open_one_new_file_at_once(tmp_path) -> None:
    """Several pullers started on an empty folder: the file is made once and all write into it."""
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"

    def start(number: int) -> int:
        with SqlStore(url) as store:
            return store.upsert_orders([an_order(f"A{number}")]).inserted

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(start, range(8))) == [1] * 8

    with SqlStore(url) as store:
        assert store.frame("orders").height == 8
