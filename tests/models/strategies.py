"""Records of every model, drawn from its own annotations: a new model is tested without a line here.

What a model's validators forbid is repaired by the model's entry in ``_REPAIRS``; a validator without an entry makes
the tests fail, not pass by filtering.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import AwareDatetime, StringConstraints
from pydantic.fields import FieldInfo

import privdomain.models
from privdomain import Money
from privdomain.models import Model

ALL = sorted(
    (
        thing
        for thing in vars(privdomain.models).values()
        if isinstance(thing, type) and issubclass(thing, Model) and thing is not Model
    ),
    key=lambda model: model.__name__,
)

_LATE = (
    "ends_at",
    "expires_at",
    "completed_at",
    "ended_at",
    "end_at",
    "received_at",
    "computed_at",
    "updated_at",
)
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
_ID = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXT, inner, max_size=2),
    max_leaves=4,
)


def records(model: type[Model]) -> st.SearchStrategy[Model]:
    """Valid records of one model."""
    return values(model).map(model.model_validate)


def values(model: type[Model]) -> st.SearchStrategy[dict[str, Any]]:
    """What a record of the model is made of."""
    fields = {name: _of_field(name, field) for name, field in model.model_fields.items()}
    repair = _REPAIRS.get(model.__name__, lambda made: made)
    return st.fixed_dictionaries(fields).map(repair)


def _of_field(name: str, field: FieldInfo) -> st.SearchStrategy[Any]:
    bounds = {key: value for part in field.metadata for key, value in _bounds(part).items()}
    return _of(field.annotation, name, bounds)


def _bounds(part: object) -> dict[str, Any]:
    if isinstance(part, FieldInfo):
        return {key: value for inner in part.metadata for key, value in _bounds(inner).items()}
    found = {}
    for key in ("ge", "le", "min_length", "pattern"):
        if getattr(part, key, None) is not None:
            found[key] = getattr(part, key)
    return found


def _of(annotation: Any, name: str, bounds: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = {key: value for part in args[1:] for key, value in _bounds(part).items()}
        return _of(args[0], name, {**bounds, **inner})
    if origin in (Union, types.UnionType):
        return st.one_of(*(_of(arm, name, bounds) for arm in args))
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(_of(args[0], name, {}), min_size=bounds.get("min_length", 0), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(_of(arm, name, {}) for arm in args))
    if annotation is types.NoneType:
        return st.none()
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(_TEXT, _JSON, max_size=2)
    return _scalar(annotation, name, bounds)


def _scalar(kind: Any, name: str, bounds: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if isinstance(kind, type) and issubclass(kind, Model):
        return records(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if kind is str:
        if "pattern" in bounds and "x00" not in bounds["pattern"]:
            return st.from_regex(bounds["pattern"], fullmatch=True)
        return _ID if bounds.get("min_length") else _TEXT
    low = bounds.get("ge", 0)
    late = name.endswith(_LATE)
    first, last = (2030, 2039) if late else (2020, 2029)
    return {
        bool: st.booleans(),
        int: st.integers(low, bounds.get("le", 2**40)),
        float: st.floats(low, bounds.get("le", 1e6)),
        bytes: st.binary(max_size=8),
        date: st.dates(date(2020, 1, 1), date(2039, 12, 31)),
        AwareDatetime: st.datetimes(datetime(first, 1, 1), datetime(last, 12, 31), timezones=st.just(UTC)),
        Decimal: st.decimals(0, 10_000, places=2),
        Money: st.integers(0, 10**12).map(lambda minor: Money(minor, "CNY")),
    }[kind]


def _repair_customer(made: dict[str, Any]) -> dict[str, Any]:
    merged = made["status"] == "merged"
    return {**made, "merged_into": "somebody-else-entirely" if merged else "", "zone": "Asia/Shanghai"}


def _repair_birthday(made: dict[str, Any]) -> dict[str, Any]:
    lunar = made["calendar"] == "lunar"
    return {**made, "day": min(made["day"], 28), "is_leap_month": lunar and made["is_leap_month"]}


def _repair_consent(made: dict[str, Any]) -> dict[str, Any]:
    granted, guardian = made["decision"] == "granted", made["given_by"] == "guardian"
    return {
        **made,
        "text_version": made["text_version"] or "1",
        "expires_at": made["expires_at"] if granted else None,
        "guardian_id": (made["guardian_id"] or "g1") if guardian else "",
    }


def _repair_generated(made: dict[str, Any]) -> dict[str, Any]:
    data = b"" if made["kind"] == "text" else made["data"] or b"\x89\xff"
    return {**made, "data": data, "media_type": "image/png" if data else ""}


def _repair_reward(made: dict[str, Any]) -> dict[str, Any]:
    money = made["kind"] in ("cash", "stored_value")
    return {
        **made,
        "amount": Money.cny("5") if money else None,
        "quantity": made["quantity"] or 1,
        "coupon_id": made["coupon_id"] or "k",
        "sku_id": made["sku_id"] or "s",
    }


def _repair_message(made: dict[str, Any]) -> dict[str, Any]:
    return {**made, "template_id": made["template_id"] or "t1"}


_REPAIRS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "AfterSale": lambda made: {**made, "exchange": None} if "refund" in made["type"] else made,
    "Birthday": _repair_birthday,
    "ChannelCapabilities": lambda made: {**made, "limits": made["limits"][:1]},
    "Consent": _repair_consent,
    "Customer": _repair_customer,
    "Event": lambda made: {**made, "customer_id": made["customer_id"] or "c1"},
    "Generated": _repair_generated,
    "IdentityKey": lambda made: {**made, "value": f"k{made['value']}"},
    "IdentityMerged": lambda made: {**made, "merged_id": made["survivor_id"] + "x"},
    "IdentitySplit": lambda made: {**made, "restored_id": made["survivor_id"] + "x"},
    "Message": _repair_message,
    "Order": lambda made: {**made, "lines": made["lines"][:1]},
    "Payout": lambda made: {**made, "amount": Money.cny("9"), "fee": Money.cny("1"), "withheld": None},
    "Product": lambda made: {**made, "skus": made["skus"][:1]},
    "Reward": _repair_reward,
    "TagDelta": lambda made: {**made, "score": made["score"] if made["kind"] == "predicted" else None},
    "Touchpoint": lambda made: {**made, "customer_id": made["customer_id"] or "c1"},
    "Verdict": lambda made: made if made["reasons"] else {**made, "action": "allow"},
}


def constraints_of(field: FieldInfo) -> list[StringConstraints]:
    """The text constraints of a field, wherever in its annotation they stand."""
    return [part for part in field.metadata if isinstance(part, StringConstraints)]
