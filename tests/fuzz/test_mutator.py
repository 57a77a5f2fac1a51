"""The mutator is reproducible, and damages what it is given in every way it knows."""

from __future__ import annotations

import json
from itertools import islice

from tests.fuzz._mutator import Mutator

BODIES = [
    b'{"id": 3705115058471208928, "list": [{"a": "x"}], "text": "\xe5\x8f\x91\xe8\xb4\xa7"}',
    b"<xml><a>1</a></xml>",
]


def _some(seed: str, count: int) -> list[bytes]:
    return list(islice(Mutator(BODIES, seed=seed), count))


def test_the_same_seed_makes_the_same_bodies() -> None:
    assert _some("1", 200) == _some("1", 200) != _some("2", 200)


def test_hardly_any_body_stays_as_it_was() -> None:
    bodies = _some("3", 2000)

    assert sum(body in BODIES for body in bodies) < 200
    assert len(set(bodies)) > 1200


def test_there_is_broken_json_and_json_that_says_something_else() -> None:
    readable = broken = deep = 0
    for body in _some("4", 2000):
        try:
            document = json.loads(body)
        except RecursionError:
            deep += 1
        except ValueError:
            broken += 1
        else:
            readable += 1
            deep += "[[[[[[" in json.dumps(document)

    assert min(readable, broken) > 300
    assert deep > 10
