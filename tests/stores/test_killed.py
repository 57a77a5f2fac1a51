"""``kill -9`` while a new SQLite file gets its tables: the next process makes them and goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from privdomain.stores import SqlStore
from tests.quality._tree import ROOT, SOURCES
from tests.stores._orders import an_order


def child(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.stores._killed_child", str(path), *options],
        text=True, capture_output=True, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many steps of SQLite's machine an undisturbed first use takes."""
    return int(child(tmp_path_factory.mktemp("undisturbed") / "new.sqlite3").stdout)


@pytest.mark.parametrize("share", [0.02, 0.05, 0.3, 0.6, 0.9])
def test_killed_inside_the_first_migration(tmp_path: Path, steps: int, share: float) -> None:
    """The file may have been written to, has all tables or none, and is filled by whoever comes next."""
    path = tmp_path / "new.sqlite3"

    assert child(path, str(int(steps * share))).returncode == -signal.SIGKILL
    connection = sqlite3.connect(path)
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()
    with SqlStore(f"sqlite:///{path}") as store:
        assert store.upsert_orders([an_order()]).inserted == 1

    assert tables == (0,)
    assert path.stat().st_size > 0
