"""The error tree: drawn as it is, picklable, and saying what was wrong."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from privdomain import errors
from privdomain.errors import PrivdomainError, Problem

PROBLEMS = (
    Problem("order.lines[2].quantity", "is 'two'", "a whole number"),
    Problem("order.paid_at", "is naive"),
)
REMOTE = {
    "platform": "wechat_shop", "code": "40001", "sub_code": "7", "request_id": "r-1", "retryable": True, "attempts": 3,
}  # fmt: skip


CLASSES = [
    thing
    for name, thing in vars(errors).items()
    if isinstance(thing, type) and issubclass(thing, PrivdomainError) and not name.startswith("_")
]


def _sample(kind: type[PrivdomainError]) -> PrivdomainError:
    """One error of a class, with every argument its constructor has."""
    offered = {
        "message": "what was wrong", "problems": PROBLEMS, "line": 3, "column": 14, "path": "$.all[0]",
        "extra": "duckdb", "needed_for": "running rules on DuckDB", "kind": "order", "ref": "A1",
        "payload": {"order_id": "A1"}, "code": "not_enough_points", "retry_after_s": 1.5, **REMOTE,
        "reason": "signature", "status": 401, "headers": (("content-type", "text/plain"),), "body": b"no", "key_id": "k1",
    }  # fmt: skip
    if kind.__init__ is Exception.__init__:
        return kind("what was wrong")
    if issubclass(kind, errors.Refused):
        return kind("not_enough_points", "300 points wanted, 120 there", wanted=300, available=120)
    parameters = inspect.signature(kind).parameters
    if issubclass(kind, errors.RemoteError):
        given = {**REMOTE, **{name: offered[name] for name in parameters if name in offered}}
        return kind(given.pop("message"), **given)
    positional = [offered[name] for name, one in parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
    return kind(
        *positional,
        **{name: offered[name] for name, one in parameters.items() if one.kind is one.KEYWORD_ONLY},
    )


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_survives_pickle(kind, protocol) -> None:
    """Message and every attribute are the same after pickle: task queues send errors to other processes."""

    error = _sample(kind)
    error.add_note("while reading page 3")
    back = pickle.loads(pickle.dumps(error, protocol))

    assert type(back) is kind
    assert str(back) == str(error)
    assert vars(back) == vars(error)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_can_be_copied(kind) -> None:
    """``copy.deepcopy`` (retry libraries use it) gives an equal error."""

    error = _sample(kind)
    back = copy.deepcopy(error)

    assert (type(back), str(back), vars(back)) == (kind, str(error), vars(error))


def _drawn() -> dict[str, tuple[str | None, set[str]]]:
    """The docstring's tree: class → (its parent, the builtins it also is)."""
    drawing = re.search(r"```text\n(.*?)```", errors.__doc__ or "", re.DOTALL)
    assert drawing
    found: dict[str, tuple[str | None, set[str]]] = {}
    above: list[tuple[int, str]] = []
    for line in drawing[1].splitlines():
        match = re.match(r"([│├└─\s]*)([A-Z]\w+)", line)
        assert match, f"not a line of the tree: {line!r}"
        depth, name = len(match[1]), match[2]
        while above and above[-1][0] >= depth:
            above.pop()
        also = re.search(r"\(also (\w+)\)", line)
        found[name] = (above[-1][1] if above else None, {also[1]} if also else set())
        above.append((depth, name))
    return found


def test_the_tree_is_drawn_as_it_is() -> None:
    """The docstring lists every class under its real parent, with the builtin it also is."""

    real = {}
    for kind in CLASSES:
        parents = [
            base for base in kind.__mro__[1:] if issubclass(base, PrivdomainError) and base.__name__[0] != "_"
        ]
        builtin = {
            base.__name__
            for base in kind.__bases__
            if base.__module__ == "builtins" and base is not Exception
        }
        real[kind.__name__] = (parents[0].__name__ if parents else None, builtin)

    assert _drawn() == real
    assert set(real) | {"Problem", "nearest"} == set(errors.__all__)


def test_problems_are_all_listed_with_their_paths() -> None:
    """A validation error names every bad field, where it is, and what would be right."""

    message = str(
        errors.PayloadError(kind="order", ref="A1", problems=PROBLEMS, payload={"phone": "13800000000"})
    )

    assert message.splitlines() == [
        "order A1 does not have the documented form",
        "  - order.lines[2].quantity: is 'two'; expected a whole number",
        "  - order.paid_at: is naive",
    ]


def test_a_payload_is_shown_nowhere() -> None:
    """What a platform answered may hold personal data: neither message nor ``repr`` shows it."""

    error = errors.PayloadError(kind="order", problems=PROBLEMS, payload={"receiver": "13800000000"})

    assert "13800000000" not in str(error) + repr(error)
    assert error.payload == {"receiver": "13800000000"}


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("paid_minr", ["paid_minor", "paid_at"], "paid_minor"),
        ("Recency", ["days_since_last_order"], None),
        ("city", [], None),
        ("城市名", ["城市", "省份"], "城市"),
    ],
)
def test_nearest_suggests_only_what_is_close(name, candidates, expected) -> None:
    """The suggestion is the closest existing name, and None when nothing is close."""

    assert errors.nearest(name, candidates) == expected
