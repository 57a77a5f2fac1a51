"""No bytes that somebody sends bring anything out of us but a refusal: not at our doors, and not in an answer.

300 in the default suite, 20,000 deliveries and 4,000 answers a platform in `make test-all`, 1,000,000 and 200,000 by
`make prove`, which writes its figures into docs/benchmarks/prove.md. Hypothesis looks for the smallest of them.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privdomain.errors import WebhookRefused
from privdomain.platforms import waiting_off
from tests._figures import note
from tests.fuzz._answer_targets import WORLDS, Answers
from tests.fuzz._fuzz import Fuzzed, fuzz
from tests.fuzz._mutator import Mutator
from tests.fuzz._webhook_targets import DOORS, Target

PLATFORMS = sorted(WORLDS)


def deliveries(platform: str, count: int, *, seed: str) -> Fuzzed:
    """Damaged bodies at every door of a platform, evenly."""
    doors = [name for name in DOORS if name.startswith(platform)]
    found = Fuzzed()
    for name in doors:
        target = DOORS[name]()
        bodies = Mutator(target.bodies, seed=f"{seed}/{name}")
        one = fuzz(target.take, bodies, count=-(-count // len(doors)), allowed=WebhookRefused)
        assert one.refused, f"{name}: nothing was refused"
        assert one.accepted or name.endswith("_outer"), f"{name}: nothing passed the checks"
        found += one
    return found


def answers(platform: str, count: int, *, seed: str) -> Fuzzed:
    """Readings until that many answers have been damaged."""
    target = Answers(platform, seed=seed)

    def readings() -> Iterator[bytes]:
        number = 0
        while target.damaged < count:
            number += 1
            yield f"reading {number}".encode()

    with waiting_off():
        # a reading has less than two damaged answers on the average, so that half of this is reached
        found = fuzz(lambda _: target.read(), readings(), count=10 * count)
    found.bodies = target.damaged
    assert count < 1000 or set(target.reached) == set(target.names), "a kind of reading never came to its end"
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
def test_damaged_deliveries_are_refused_or_read(platform: str) -> None:
    assert deliveries(platform, 300, seed="default").bodies >= 300


@pytest.mark.parametrize("platform", PLATFORMS)
def test_damaged_answers_end_in_our_errors(platform: str) -> None:
    assert answers(platform, 300, seed="default").bodies >= 300


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS)
def test_20_000_damaged_deliveries(platform: str) -> None:
    assert deliveries(platform, 20_000, seed="slow").bodies >= 20_000


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS)
def test_4_000_damaged_answers(platform: str) -> None:
    assert answers(platform, 4_000, seed="slow").bodies >= 4_000


@pytest.mark.prove
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_million_damaged_deliveries(platform: str) -> None:
    note(f"fuzz: deliveries of {platform}", **deliveries(platform, 1_000_000, seed="prove").figures())


@pytest.mark.prove
@pytest.mark.parametrize("platform", PLATFORMS)
def test_200_000_damaged_answers(platform: str) -> None:
    note(f"fuzz: answers of {platform}", **answers(platform, 200_000, seed="prove").figures())


# --- the smallest body that does harm ---

_FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.from_regex(r"[0-9]{1,40}", fullmatch=True)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@cache
def _target(door: str) -> Target:
    return DOORS[door]()


def _take(door: str, body: bytes) -> None:
    with contextlib.suppress(WebhookRefused):
        _target(door).take(body)


@pytest.mark.parametrize("door", DOORS)
@_FEW
@given(body=st.binary(max_size=200))
def test_any_bytes(door: str, body: bytes) -> None:
    _take(door, body)


@pytest.mark.parametrize("door", [door for door in DOORS if door.endswith("_inner")])
@_FEW
@given(data=st.data())
def test_a_recorded_message_with_any_value_in_any_place(door: str, data: st.DataObject) -> None:
    """JSON inside a text is opened, changed and closed again."""

    documents = [body for body in _target(door).bodies if body[:1] in {b"{", b"["}]
    document = json.loads(data.draw(st.sampled_from(documents)))
    changed = _changed(document, data)
    text = json.dumps(changed, ensure_ascii=data.draw(st.booleans()))
    _take(door, text.encode("utf-8", "surrogatepass"))


def _changed(value: Any, data: st.DataObject) -> Any:
    """The value, with one thing in it replaced."""
    inside = json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else value
    if not isinstance(inside, dict | list) or not inside or data.draw(st.integers(0, 5)) == 0:
        return data.draw(_VALUES)
    if isinstance(inside, dict):
        key = data.draw(st.sampled_from(sorted(inside)))
        changed: Any = inside | {key: _changed(inside[key], data)}
    else:
        place = data.draw(st.integers(0, len(inside) - 1))
        changed = [*inside[:place], _changed(inside[place], data), *inside[place + 1 :]]
    return json.dumps(changed) if isinstance(value, str) else changed
