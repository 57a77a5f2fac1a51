"""Stores, clocks and a depot to send to."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from privdomain.calendar import ManualClock
from privdomain.dispatch import Outbox
from privdomain.platforms import waiting_off
from privdomain.sandbox import Sandbox
from privdomain.stores import SqlStore
from tests.dispatch._depot import START, Depot, depot_shop

# the databases of the stores' tests
from tests.stores.conftest import open_store, store, url  # noqa: F401


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def outbox(tmp_path, clock):
    with SqlStore(f"sqlite:///{tmp_path / 'out.sqlite3'}", space="sp") as made:
        yield Outbox(made, clock=clock)


@pytest.fixture
def serve():
    """``serve(name, faults)`` is a depot, the sandbox around it and its shop; clients do not wait."""
    with ExitStack() as stack:
        stack.enter_context(waiting_off())

        def start(name="depot", faults=None):
            depot = Depot(name)
            box = stack.enter_context(Sandbox(platforms=[depot], faults=faults))
            shop = stack.enter_context(depot_shop(box.url(name), name))
            return depot, box, shop

        yield start
