"""A database of each kind, and both ways of driving a plan."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import anyio
import pytest

from privdomain.stores import SqlStore
from tests.ingest._facts_shop import AsyncFactsShop


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.servers),
        pytest.param("mysql", marks=pytest.mark.servers),
    ]
)
def any_url(request: pytest.FixtureRequest) -> str:
    """A database with our tables: a SQLite file, PostgreSQL, and MariaDB or MySQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('tmp_path') / 'facts.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url" if request.param == "postgresql" else "mysql_url")
    with SqlStore(url) as store:
        store.migrate()
    return url


@pytest.fixture
def any_store(any_url: str):
    with SqlStore(any_url, space=uuid4().hex[:12]) as opened:
        yield opened


@pytest.fixture
def memory():
    """A store in memory, for what no database tells apart."""
    with SqlStore("sqlite://") as opened:
        yield opened


@pytest.fixture(params=["blocking", "asyncio", "trio"])
def both(request: pytest.FixtureRequest):
    """Runs one of a pair: ``both(pull_orders, apull_orders, shop, …)``."""

    def run(blocking, awaited, shop, *arguments, **options):
        if request.param == "blocking":
            return blocking(shop, *arguments, **options)
        return anyio.run(partial(awaited, AsyncFactsShop(shop), *arguments, **options), backend=request.param)

    return run
