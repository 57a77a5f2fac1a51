"""A database of each kind; every test writes into a space of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from privdomain.stores import SqlStore

EVERY = (
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.servers),
    pytest.param("mysql", marks=pytest.mark.servers),
)
SERVERS = EVERY[1:]


def url_of(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('tmp_path') / 'facts.sqlite3'}"
    return request.getfixturevalue("postgres_url" if request.param == "postgresql" else "mysql_url")


@pytest.fixture(params=EVERY)
def url(request: pytest.FixtureRequest) -> str:
    """A database with our tables: a SQLite file, PostgreSQL, and MariaDB or MySQL."""
    found = url_of(request)
    with SqlStore(found) as store:
        store.migrate()
    return found


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[..., SqlStore]]:
    """Opens stores in one space of this test."""
    space = uuid4().hex[:12]
    opened: list[SqlStore] = []

    def open_it(**options) -> SqlStore:
        opened.append(SqlStore(url, **{"space": space, **options}))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store) -> SqlStore:
    return open_store()
