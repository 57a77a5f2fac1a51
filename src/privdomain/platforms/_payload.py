"""Reading what platforms answer: strict about meaning, tolerant about form.

The rules of the file. Bytes are decoded as UTF-8 whatever the headers say, with or without a byte order mark,
control characters inside texts included. Numbers arrive as text and ids as numbers: both are taken. Where an
absent key, ``null``, ``""``, ``0``, ``[]`` or ``{}`` stands for "nothing", nothing is what is read. Keys we do not
model are left alone; the decoded payload itself is what is kept.

The happy way is pydantic's alone; only a payload that fails is looked at again for nothings in the wrong form.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeAlias, TypeVar, cast

from annotated_types import Ge, Lt, MaxLen, MinLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import from_json

from privdomain.models import payload_error

__all__ = [
    "Done",
    "IdText",
    "Json",
    "Minor",
    "OptionalId",
    "Payload",
    "UnixTime",
    "Whole",
    "decode",
    "encode",
    "read",
    "read_id",
]

Json: TypeAlias = dict[str, Any]
"""A decoded JSON object."""

M = TypeVar("M", bound=BaseModel)

_LEVELS = 200
"""How deep an answer may be nested: as deep as pydantic reads by itself, which is less deep than it can write again."""


class Payload(BaseModel):
    """A part of a platform's answer: only the fields that are used, each with what "nothing" means as default.

    Its ``repr`` names the fields that are there and shows none of them: answers hold names, addresses and tokens.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        defer_build=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(<{', '.join(sorted(self.model_fields_set))}>)"

    __str__ = __repr__


class Done(Payload):
    """The answer of an operation that says nothing but that it was done."""


def _id(value: object) -> object:
    if isinstance(value, str):
        return "" if value == "0" else value
    if value in (None, 0, [], {}):
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError("is no id; expected text or a whole number (one with a point has lost its last digits)")


def _no_flag(value: object) -> object:
    if isinstance(value, bool):  # which Python, and pydantic with it, counts as 1 and 0
        raise ValueError("is true or false; expected a whole number")  # noqa: TRY004  (pydantic collects ValueErrors)
    return value


# Constraints and not Field(…) in these aliases: pydantic 2.11.0 carries a default that one model gives to a Field
# over to the next model that uses it.
OptionalId: TypeAlias = Annotated[str, BeforeValidator(_id)]
"""An id as text, given as text or as a whole number of any size; empty where there is none."""
IdText: TypeAlias = Annotated[str, MinLen(1), MaxLen(128), BeforeValidator(_id)]
"""An id that must be there, of the length that our records take."""
Whole: TypeAlias = Annotated[int, Ge(-(2**63)), Lt(2**63), BeforeValidator(_no_flag)]
"""A whole number of 64 bits, and not ``true``."""
Minor: TypeAlias = Annotated[int, Ge(0), Lt(2**63), BeforeValidator(_no_flag)]
"""An amount in minor units (分), zero or more; ``true`` is none."""
UnixTime: TypeAlias = Annotated[int, Ge(0), Lt(10_000_000_000), BeforeValidator(_no_flag)]
"""Seconds since 1970; 0 for none. Milliseconds would be a date after 2286 and are refused."""


_ID = TypeAdapter(IdText, config=ConfigDict(hide_input_in_errors=True, defer_build=True))


def decode(body: bytes) -> Any:
    r"""JSON from bytes.

    ```python
    from privdomain.platforms._payload import decode

    assert decode(b'\xef\xbb\xbf{"nickname": "a\x0bb", "id": 1234567890123456789}') == {
        "nickname": "a\x0bb",
        "id": 1234567890123456789,
    }
    ```

    Raises:
        ValueError: when it is no JSON.
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError:
        text = body.decode("utf-8-sig", errors="replace")
    try:
        return _without_surrogates(json.loads(text, strict=False, parse_constant=_refuse_constant))
    except RecursionError:
        problem = ValueError("is nested too deeply to be an answer")
    raise problem  # outside the handler: its context would be a thousand frames of somebody's JSON


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _without_surrogates(value: Any, *, levels: int = _LEVELS) -> Any:
    # half of an emoji, cut off by a platform, cannot be written to any database or file
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list | dict) and not levels:
        raise ValueError("is nested too deeply to be an answer")
    if isinstance(value, list):
        return [_without_surrogates(item, levels=levels - 1) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {
            _without_surrogates(key): _without_surrogates(item, levels=levels - 1)
            for key, item in cast("Json", value).items()
        }
    return value


def encode(operation: BaseModel) -> bytes:
    """A request's fields as JSON in UTF-8, without the ones that are None. Chinese is sent as it is, not escaped."""
    return operation.model_dump_json(exclude_none=True, by_alias=True).encode()


def read(model: type[M], payload: object, *, kind: str, ref: str = "", prefix: str = "") -> M:
    """The payload as ``model``.

    Raises:
        PayloadError: with every bad path and the payload.
    """
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        failure = error
    spared = _without_nothings(payload, failure)
    if spared is not payload:
        try:
            return model.model_validate(spared)
        except ValidationError as error:
            failure = error
    # outside the handlers: a ValidationError holds what it was given, and a context would carry it along
    raise payload_error(failure, kind=kind, ref=ref, payload=payload, prefix=prefix)


def read_id(value: object, *, kind: str, path: str, payload: object) -> str:
    """One id of a list of them; raises `PayloadError` with its path."""
    try:
        return _ID.validate_python(value)
    except ValidationError as error:
        failure = error
    raise payload_error(failure, kind=kind, payload=payload, prefix=path)


def _without_nothings(payload: object, failure: ValidationError) -> object:
    """A copy without the keys whose value is a nothing of the wrong form; the payload itself if there are none."""
    paths: dict[tuple[str | int, ...], None] = {}
    for error in failure.errors(include_url=False, include_context=False):
        path = error["loc"]
        if error["type"] == "missing":  # what is missing is missing in an object: {} stands for no object
            path = path[:-1]
        elif not error["type"].endswith(("_type", "_parsing")):
            continue
        if path and isinstance(path[-1], str) and error["input"] in (None, "", 0, [], {}):
            paths[path] = None
    spared = payload
    for path in paths:
        spared = _without(spared, path)
    return spared


def _without(payload: Any, path: tuple[str | int, ...]) -> Any:
    head, rest = path[0], path[1:]
    if isinstance(payload, dict):
        kept = dict(cast("dict[str | int, Any]", payload))
        inner = kept.pop(head)
        if rest:
            kept[head] = _without(inner, rest)
        return kept
    copied = list(cast("list[object]", payload))
    copied[int(head)] = _without(copied[int(head)], rest)
    return copied
