"""The SQL that is emitted: what PostgreSQL 13, MySQL 8.0 and MariaDB 10.6 all have, each in its own words for INSERT."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.dialects import mysql
from sqlalchemy.sql.dml import Insert

from privdomain.calendar import Period
from privdomain.errors import PayloadError, Problem
from privdomain.models import Notice, NoticeKind
from privdomain.stores import Checkpoint, SqlStore, metadata
from privdomain.stores._inserts import insert_or_leave, insert_or_overwrite
from tests.ingest._facts_shop import SHOP, a_case, a_movement, a_product
from tests.ingest._list_shop import START, an_order

DAY = timedelta(days=1)
WHOLE = Period(START, START + 10 * DAY)

# A cast right behind a parameter is written by psycopg for itself.
FORBIDDEN = {
    "RETURNING": r"\bRETURNING\b",
    "skipping locks": r"\bSKIP\s+LOCKED\b|\bNOWAIT\b",
    "a sequence or a counted key": r"\bSEQUENCE\b|\bNEXTVAL\b|\bSERIAL\b|\bIDENTITY\b|\bAUTO_INCREMENT\b|\bAUTOINCREMENT\b",
    "MERGE": r"^\s*MERGE\b",
    "INSERT IGNORE, REPLACE": r"\bINSERT\s+IGNORE\b|^\s*REPLACE\b|\bINSERT\s+OR\b",
    "a JSON column or operator": r"\bJSONB?\b|->>?",
    "an array": r"\bARRAY\b|\bANY\s*\(|\bUNNEST\b",
    "UPDATE or DELETE of a join": r"^\s*UPDATE\b[^;]*\bFROM\b|^\s*DELETE\b[^;]*\bUSING\b",
    "a LIMIT inside IN": r"\bIN\s*\(\s*SELECT\b[^;]*\bLIMIT\b",
    "set operations of later versions": r"\bINTERSECT\b|\bEXCEPT\b",
    "dialects of one": r"\bILIKE\b|(?<!\)s)::|\bDISTINCT\s+ON\b|\bNULLS\s+(FIRST|LAST)\b|\bLATERAL\b|\bFULL\s+(OUTER\s+)?JOIN\b",
}  # fmt: skip


def bad_words(statement: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, statement, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("INSERT INTO t VALUES (1) RETURNING id", "RETURNING"),
        ("SELECT 1 FROM t FOR UPDATE SKIP LOCKED", "skipping locks"),
        ("CREATE TABLE t (id SERIAL)", "a sequence or a counted key"),
        ("INSERT IGNORE INTO t VALUES (1)", "INSERT IGNORE, REPLACE"),
        ("UPDATE t SET a = 1 FROM u WHERE u.id = t.id", "UPDATE or DELETE of a join"),
        ("DELETE FROM t WHERE id IN (SELECT id FROM u LIMIT 5)", "a LIMIT inside IN"),
        ("SELECT a::text FROM t", "dialects of one"),
    ],
)
def test_the_check_can_fail(statement: str, name: str) -> None:
    """Each word is found where it stands."""
    assert bad_words(statement) == [name]


def use_everything(store: SqlStore) -> None:
    """Every statement the store has, reading and writing, first and repeated."""
    for later in (0, 1, 1):
        at = START + later * DAY
        store.upsert_orders([an_order(1, at=at), an_order(2)])
        store.upsert_aftersales([a_case(1, at=at, refunded=1)])
        store.upsert_products([a_product(1), a_product(2, at=at)], read_at=at)
        store.upsert_settlements([a_movement(1, at=at)])
    store.saw_products(["p00001"], **SHOP, at=START + DAY)
    store.mark_missing_products(**SHOP, since=START + 5 * DAY)
    for found in (
        store.orders(updated=WHOLE), store.aftersales(updated=WHOLE, **SHOP), store.products(**SHOP),
        store.settlements(booked=WHOLE), store.orders_of(["00001"], **SHOP), store.aftersales_of(["00001"], **SHOP),
        store.aftersales_named(["r00001"], **SHOP), store.settlements_of(["00001"], **SHOP),
    ):  # fmt: skip
        list(found)
    store.missing_products(**SHOP)
    store.record_ids("order", updated=WHOLE, **SHOP)
    store.frame("orders"), store.frame("order_lines", updated=WHOLE)
    store.checkpoints.put(Checkpoint(**SHOP, stream="orders", high_water=START), at=START)
    store.checkpoints.get("orders", **SHOP)
    store.checkpoints.drop("orders", **SHOP)
    bad = PayloadError(kind="order", problems=[Problem("order", "is bad")], ref="x", payload={})
    store.dead_letters.add([bad, bad], **SHOP, at=START)
    store.dead_letters.resolve(["x"], kind="order", **SHOP, at=START)
    store.dead_letters.unresolved(), store.dead_letters.count()
    notice = Notice(**SHOP, kind=NoticeKind.ORDER, topic="t", ref="1", key="k")
    for _ in range(2):
        store.inbox.add([notice], at=START)
    for state in ("done", "poison"):
        taken = store.inbox.lease(at=START + DAY, until=START + 2 * DAY, limit=5)
        store.inbox.put_back(taken, due_at=START, error="x", forgive=True)
        taken = store.inbox.lease(at=START + DAY, until=START + 2 * DAY, limit=5)
        store.inbox.settle(taken, state=state, at=START)
        store.inbox.entries(state=state, **SHOP), store.inbox.count(state=state)
        store.inbox.replay([entry.id for entry in taken], at=START)
    store.inbox.sweep(older_than=DAY, at=START)
    reveal = store.reveals.begin(
        "1", **SHOP, operator_id="o", reason="r", day="2026-11-01", at=START, budget=1
    )
    store.reveals.end(reveal, outcome="not_sent")
    store.reveals.used(**SHOP, day="2026-11-01")
    store.reveals.audit(at=WHOLE, **SHOP)


@pytest.fixture
def emitted(url: str):
    """What everything emits on a database: the texts sent, and the constructs they were made of."""
    engine = create_engine(url)
    texts: list[str] = []
    constructs: list = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: texts.append(arguments[2]))
    event.listen(engine, "before_execute", lambda *arguments: constructs.append(arguments[1]))
    use_everything(SqlStore(engine, space="statements"))
    engine.dispose()
    return engine.dialect.name, texts, constructs


def test_what_is_emitted_is_common_to_all(emitted) -> None:
    """Of our own statements none has a word that one of the databases lacks."""
    dialect, texts, _ = emitted
    ours = [
        text
        for text in texts
        if "pd_" in text and "pg_catalog" not in text and "information_schema" not in text.lower()
    ]

    assert len(set(ours)) > 60
    assert {text: bad_words(text) for text in ours if bad_words(text)} == {}
    upserts = {"ON CONFLICT" in text for text in ours if re.search("ON (CONFLICT|DUPLICATE)", text)}
    assert upserts == {dialect in {"sqlite", "postgresql"}}
    # a table of ours that nothing writes to or reads from is one that this test does not know
    written = {name for name in metadata.tables if any(name in text for text in ours)}
    assert {
        "pd_inbox",
        "pd_reveal",
        "pd_product",
        "pd_sku",
        "pd_settlement",
        "pd_refund",
        "pd_order_line",
    } <= written


@pytest.mark.parametrize("dialect", ["mysql", "mariadb", "postgresql"])
def test_the_same_for_dialects_without_a_server_here(emitted, dialect: str) -> None:
    """What is not an INSERT is one construct for all: compiled for each of them it stays within the common words."""
    spoken = make_url(f"{dialect}://").get_dialect()()
    _, _, constructs = emitted
    compiled = {
        str(construct.compile(dialect=spoken, compile_kwargs={"render_postcompile": False}))
        for construct in constructs
        if hasattr(construct, "compile") and not isinstance(construct, Insert) and "pd_" in str(construct)
    }

    assert len(compiled) > 40
    assert {text: bad_words(text) for text in compiled if bad_words(text)} == {}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql", "mariadb"])
def test_every_insert_and_every_table(dialect: str) -> None:
    """INSERT that meets a row, and the tables themselves."""
    spoken = mysql.dialect() if dialect == "mysql" else make_url(f"{dialect}://").get_dialect()()
    statements = [
        str(make(table, dialect).compile(dialect=spoken))
        for table in metadata.sorted_tables
        if "space" in table.c and len(table.primary_key) < len(table.c)
        for make in (insert_or_leave, insert_or_overwrite)
    ]
    statements += [statement for statement in SqlStore.ddl(dialect).split(";\n") if statement.strip()]

    assert len(statements) > 40
    assert {text: bad_words(text) for text in statements if bad_words(text)} == {}
