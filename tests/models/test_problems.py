"""What was wrong with a payload, in the payload's own names."""

from __future__ import annotations

import pickle

import pytest
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from privdomain.errors import PayloadError
from privdomain.models import Order, payload_error, payload_problems


class _Product(BaseModel):
    product_id: str
    count: int = Field(alias="sku_cnt", ge=1, le=99)


class _Detail(BaseModel):
    products: list[_Product] = Field(alias="product_infos")
    price: int | str
    names: dict[str, int] = {}


class _Reply(BaseModel):
    order_id: str
    at: AwareDatetime
    order_detail: _Detail
    gift: bool = False


GOOD = {
    "order_id": "1", "at": "2026-11-11T20:00:00+08:00",
    "order_detail": {"product_infos": [{"product_id": "p", "sku_cnt": 1}], "price": 1},
}  # fmt: skip


def _with(path: tuple, value: object) -> dict:
    copied = pickle.loads(pickle.dumps(GOOD))
    here = copied
    for part in path[:-1]:
        here = here[part]
    if value is _GONE:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return copied


_GONE = object()
_FIRST = ("order_detail", "product_infos", 0)

CASES = [
    (_with((*_FIRST, "sku_cnt"), "x"), "order_detail.product_infos[0].sku_cnt: is text; expected a whole number"),
    (_with((*_FIRST, "sku_cnt"), None), "order_detail.product_infos[0].sku_cnt: is null; expected a whole number"),
    (_with((*_FIRST, "sku_cnt"), 1.5), "order_detail.product_infos[0].sku_cnt: is a number; expected a whole number"),
    (_with((*_FIRST, "sku_cnt"), 0), "order_detail.product_infos[0].sku_cnt: is out of range; expected 1 or more"),
    (_with((*_FIRST, "sku_cnt"), 100), "order_detail.product_infos[0].sku_cnt: is out of range; expected 99 or less"),
    (_with((*_FIRST, "sku_cnt"), _GONE), "order_detail.product_infos[0].sku_cnt: is missing"),
    (_with((*_FIRST, "product_id"), 7), "order_detail.product_infos[0].product_id: is a whole number; expected text"),
    (_with(("order_detail", "product_infos"), {}), "order_detail.product_infos: is an object; expected a list"),
    (_with(("order_detail",), []), "order_detail: is a list; expected an object"),
    (_with(("order_detail", "price"), [1]), "order_detail.price: is a list; expected a whole number or text"),
    (_with(("order_detail", "names"), {"红 色": "x"}), 'order_detail.names["红 色"]: is text; expected a whole number'),
    (_with(("gift",), "perhaps"), "gift: is text; expected true or false"),
    (_with(("at",), "2026-11-11T20:00:00"), "at: has no zone; expected a moment with its zone"),
    (_with(("at",), ""), "at: is empty text; expected a moment with its zone"),
    ([], "$: is a list; expected an object"),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "said"), CASES, ids=[said[:60] for _, said in CASES])
def test_one_mistake_is_one_problem(payload, said):
    """The path as a reader of the payload walks it, what kind of thing stands there, what would be right."""
    with pytest.raises(ValidationError) as caught:
        _Reply.model_validate(payload)

    (problem,) = payload_problems(caught.value, payload=payload)
    assert str(problem).startswith(said)


def test_every_mistake_is_named():
    """Many mistakes are many problems, in the order of the payload, each path under the prefix."""
    payload = {"order_id": 1, "order_detail": {"product_infos": [{"product_id": None, "sku_cnt": "many"}, 5]}}
    with pytest.raises(ValidationError) as caught:
        _Reply.model_validate(payload)

    assert [problem.path for problem in payload_problems(caught.value, payload=payload, prefix="reply")] == [
        "reply.order_id",
        "reply.at",
        "reply.order_detail.product_infos[0].product_id",
        "reply.order_detail.product_infos[0].sku_cnt",
        "reply.order_detail.product_infos[1]",
        "reply.order_detail.price",
    ]


@pytest.mark.parametrize("shown", ["payload", "no payload"])
def test_arms_of_a_union_are_no_part_of_the_path(shown):
    """Money is read from an object or is Money already; how pydantic calls these two is nobody's business."""
    payload = {"total": {"minor": "9", "currency": "yuan"}, "freight": 5}
    with pytest.raises(ValidationError) as caught:
        Order.model_validate(payload)

    told = payload_problems(caught.value, payload=payload if shown == "payload" else None)
    said = {problem.path: str(problem) for problem in told}
    assert said["total.minor"] == "total.minor: is text; expected a whole number"
    assert said["total.currency"].startswith("total.currency: has another form")
    assert said["freight"] == "freight: is a whole number; expected an object"
    assert "total" not in said


def test_is_an_error_to_set_aside():
    """The error names kind and reference, carries the payload for the dead-letter table, and shows nothing of it."""
    payload = {**GOOD, "gift": "王小明 13800138000", "at": 5, "nick": "王小明"}
    with pytest.raises(ValidationError) as caught:
        _Reply.model_validate(payload)
    refused = payload_error(caught.value, kind="order", ref="1", payload=payload)

    assert isinstance(refused, PayloadError)
    assert refused.payload is payload
    assert str(refused).startswith("order 1 does not have the documented form\n  - gift: is text")
    again = pickle.loads(pickle.dumps(refused))
    assert (again.problems, again.kind, again.ref) == (refused.problems, "order", "1")
    for text in (str(refused), repr(refused)):
        assert "王小明" not in text
        assert "13800138000" not in text
