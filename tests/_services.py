"""Database servers for tests: a fresh database each session on the server a variable names, or on localhost.

``PRIVDOMAIN_TEST_POSTGRES_URL``, ``PRIVDOMAIN_TEST_MYSQL_URL`` and ``PRIVDOMAIN_TEST_REDIS_URL`` are URLs of an
account that may create databases. Without them the servers' standard ports on this machine are tried. A server that
does not answer is a skip that says so, and a failure when ``CI`` is true: there, a silent skip would prove nothing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from importlib import import_module
from uuid import uuid4

import pytest
from sqlalchemy.engine import URL, make_url

__all__ = ["missing", "mysql_url", "postgres_url", "redis_url"]

_PATIENCE_S = 3


def missing(reason: str) -> None:
    """Skip the test, or fail it where ``CI`` is true."""
    if os.environ.get("CI", "").lower() in {"true", "1"}:
        pytest.fail(f"{reason} (CI=true: what a test needs must be there)", pytrace=False)
    pytest.skip(reason)


def _server(variable: str, default: str) -> URL:
    url = make_url(os.environ.get(variable) or default)
    try:
        socket.create_connection((url.host or "127.0.0.1", url.port), timeout=_PATIENCE_S).close()
    except OSError as error:
        named = (
            f"{variable} is set, but its server"
            if os.environ.get(variable)
            else f"{variable} is unset, and localhost"
        )
        missing(f"{named} does not answer on port {url.port}: {error}")
    return url


def _driver(name: str):
    try:
        return import_module(name)
    except ImportError:
        return missing(f"the driver {name} is not installed (dependency group `servers`)")


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database, dropped when the session ends."""
    url = _server("PRIVDOMAIN_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    psycopg = _driver("psycopg")
    name = f"privdomain_{uuid4().hex[:12]}"
    where = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    with psycopg.connect(**where, dbname=url.database or "postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            made = url.set(drivername="postgresql+psycopg", database=name)
            yield made.render_as_string(hide_password=False)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def mysql_url() -> Iterator[str]:
    """SQLAlchemy URL of an empty MariaDB or MySQL database, dropped when the session ends."""
    url = _server("PRIVDOMAIN_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306/")
    pymysql = _driver("pymysql")
    name = f"privdomain_{uuid4().hex[:12]}"
    admin = pymysql.connect(
        host=url.host, port=url.port, user=url.username, password=url.password or "", autocommit=True
    )
    with admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        try:
            made = url.set(drivername="mysql+pymysql", database=name, query={"charset": "utf8mb4"})
            yield made.render_as_string(hide_password=False)
        finally:
            cursor.execute(f"DROP DATABASE `{name}`")


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """URL of an empty Redis database, emptied again when the session ends; a database with keys is never touched."""
    url = _server("PRIVDOMAIN_TEST_REDIS_URL", "redis://127.0.0.1:6379")
    with (
        socket.create_connection((url.host, url.port), timeout=_PATIENCE_S) as line,
        line.makefile("rb") as replies,
    ):

        def ask(command: str) -> str:
            line.sendall(command.encode() + b"\r\n")
            return replies.readline().decode().strip()

        if url.password:
            assert ask(f"AUTH {url.password}") == "+OK"
        for number in range(15, 0, -1):
            if ask(f"SELECT {number}") == "+OK" and ask("DBSIZE") == ":0":
                break
        else:
            missing(
                "every Redis database from 1 to 15 has keys in it, and tests do not delete what they did not write"
            )
        yield url.set(database=str(number)).render_as_string(hide_password=False)
        assert ask("FLUSHDB") == "+OK"
