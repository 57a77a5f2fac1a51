"""Fixtures of the whole suite, the Hypothesis profile, and the closing line that says what was left out."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

from tests._services import mysql_url, postgres_url, redis_url

__all__ = ["mysql_url", "postgres_url", "redis_url"]

# Two shared cores stall now and then: a deadline would test the machine, not the code. On CI the examples are the
# same every time, so that a change is judged by what it changes; a developer's machine looks for new ones.
settings.register_profile(
    "privdomain",
    deadline=None,
    derandomize=os.environ.get("CI", "").lower() in {"true", "1"},
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("privdomain")

_WHERE = {
    "servers": "make test-all", "spark": "make test-all", "browser": "make test-all", "slow": "make test-all",
    "prove": "make prove",
}  # fmt: skip
_LEFT_OUT = pytest.StashKey[Counter]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LEFT_OUT] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]):
    before = list(items)
    result = yield
    kept = set(items)
    for item in before:
        if item not in kept:
            marks = sorted(mark for mark in _WHERE if item.get_closest_marker(mark))
            config.stash[_LEFT_OUT][marks[0] if marks else "other"] += 1
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash[_LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    # every worker collects, and leaves out, the same
    node.config.stash[_LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    left_out = config.stash[_LEFT_OUT]
    if marked := [mark for mark in _WHERE if left_out[mark]]:
        said = ", ".join(f"{left_out[mark]} {mark} ({_WHERE[mark]})" for mark in marked)
        terminalreporter.write_line(f"left out on purpose: {said}")
