"""The steps from an empty database to today's, one module each: ``_NNNN_what.py`` with ``upgrade(connection)``.

A step only adds (expand now, contract a release later), so that the release before it still runs; it may be run
again after having been interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from sqlalchemy import Connection

__all__ = ["NEWEST", "STEPS", "load_step"]

STEPS = ("0001_orders", "0002_facts", "0003_tokens", "0004_inbox", "0005_outbox", "0006_reveals")
"""In order; the number of a step is the schema version it leads to."""

NEWEST = len(STEPS)


def load_step(version: int) -> Callable[[Connection], None]:
    """The step that leads to ``version``."""
    upgrade: Callable[[Connection], None] = import_module(f"{__name__}._{STEPS[version - 1]}").upgrade
    return upgrade
