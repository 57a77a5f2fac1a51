"""The server fixtures themselves: what every test that uses them relies on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

ROOT = Path(__file__).parent.parent
FIXTURES = ("postgres_url", "mysql_url", "redis_url")
TINY = "from tests._services import mysql_url, postgres_url, redis_url\n" + "".join(
    f"def test_{fixture}({fixture}): assert {fixture}\n" for fixture in FIXTURES
)


def _run_without_servers(tmp_path, ci):
    (tmp_path / "test_tiny.py").write_text(TINY, encoding="utf-8")
    # port 1 is reserved and nobody listens there
    closed = {
        f"PRIVDOMAIN_TEST_{name.removesuffix('_url').upper()}_URL": "any://a@127.0.0.1:1/b"
        for name in FIXTURES
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)],
        cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={**os.environ, **closed, "PYTHONPATH": str(ROOT), "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip


def test_a_missing_server_is_a_skip_that_names_the_variable(tmp_path) -> None:
    """A server that does not answer skips the test, and the reason names the variable that would help."""

    done = _run_without_servers(tmp_path, ci="")

    assert "3 skipped" in done.stdout
    for name in ("POSTGRES", "MYSQL", "REDIS"):
        assert f"PRIVDOMAIN_TEST_{name}_URL is set, but its server does not answer on port 1" in done.stdout


def test_a_missing_server_fails_in_ci(tmp_path) -> None:
    """With CI=true the same is a failure: a green run that skipped the servers would prove nothing."""

    done = _run_without_servers(tmp_path, ci="true")

    assert done.returncode == 1
    assert done.stdout.count("CI=true: what a test needs must be there") >= 3


@pytest.mark.servers
@pytest.mark.parametrize("fixture", ["postgres_url", "mysql_url"])
def test_the_database_is_empty_and_keeps_chinese_text(request, fixture) -> None:
    """The URL opens an empty database of its own, and 私域 🎁 goes in and out unchanged."""

    engine = create_engine(request.getfixturevalue(fixture))
    own = inspect(engine).get_table_names()
    with engine.connect() as connection:
        echoed = connection.execute(text("SELECT :words"), {"words": "私域 🎁"}).scalar()
    engine.dispose()

    assert own == []
    assert echoed == "私域 🎁"


@pytest.mark.servers
def test_the_redis_database_is_not_the_default_one(redis_url) -> None:
    """Database 0 is where people keep their things; tests never get it."""

    assert redis_url.rpartition("/")[2] not in {"", "0"}
