"""What pydantic found wrong, said as our `Problem`s: a path, what stands there, what would be right.

What stands there is named by its kind ("text", "a list"), never by its value: a platform's payload holds names,
phone numbers and addresses, and an error is logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from privdomain.errors import PayloadError, Problem

__all__ = ["payload_error", "payload_problems"]

_EXPECTED: Final = {
    "bool": "true or false",
    "dataclass": "an object",
    "date": "a date, as 2026-11-11",
    "datetime": "a moment with its zone, as 2026-11-11T20:00:00+08:00",
    "decimal": "a number",
    "dict": "an object",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "mapping": "an object",
    "model": "an object",
    "set": "a list",
    "string": "text",
    "tuple": "a list",
}
"""By the first word of pydantic's error type (``int_parsing``, ``int_from_float``, ``int_type``)."""

_BOUNDS: Final = {
    "greater_than": ("more than {gt}", "is out of range"),
    "greater_than_equal": ("{ge} or more", "is out of range"),
    "less_than": ("less than {lt}", "is out of range"),
    "less_than_equal": ("{le} or less", "is out of range"),
    "multiple_of": ("a multiple of {multiple_of}", "is out of range"),
    "string_too_short": ("at least {min_length} characters", "is too short"),
    "string_too_long": ("at most {max_length} characters", "is too long"),
    "string_pattern_mismatch": ("text like {pattern}", "has another form"),
    "timezone_aware": ("a moment with its zone, as 2026-11-11T20:00:00+08:00", "has no zone"),
    "too_short": ("at least {min_length} items", "is too short"),
    "too_long": ("at most {max_length} items", "is too long"),
    "enum": ("{expected}", "is another word"),
    "literal_error": ("{expected}", "is another word"),
    "union_tag_invalid": ("one of {expected_tags}", "is of another kind"),
    "union_tag_not_found": ("an object with {discriminator}", "does not say its kind"),
}

# pydantic's labels of a union's arms inside a location: "function-after[build(), typed-dict]", "is-instance[Money]"
_BRANCH: Final = re.compile(r"[a-z-]+\[.*\]\Z|typed-dict\Z|constrained-[a-z]+\Z|lax-or-strict|json-or-python")
_PLAIN: Final = re.compile(r"[^\W\d]\w*\Z")


def payload_problems(error: ValidationError, *, payload: Any = None, prefix: str = "") -> tuple[Problem, ...]:
    """Every bad path of a failed validation, in the payload's own names and order.

    ``payload`` (what was validated) makes paths through unions exact; ``prefix`` is written before every path.

    ```python
    from pydantic import ValidationError
    from privdomain.models import payload_problems, Sku

    try:
        Sku.model_validate({"sku_id": 12, "price": {"minor": "9", "currency": "CNY"}})
    except ValidationError as error:
        found = [str(problem) for problem in payload_problems(error, prefix="sku")]

    assert found[0].startswith("sku.sku_id: ids are text")
    assert found[1] == "sku.price.minor: is text; expected a whole number"
    ```
    """
    by_path: dict[str, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        path = _path(_without_branches(detail["loc"], detail["type"], payload), prefix)
        by_path.setdefault(path, []).append(detail)
    problems: list[Problem] = []
    for path, details in by_path.items():
        deeper = any(other.startswith((f"{path}.", f"{path}[")) for other in by_path)
        # "is not an instance of Money" says nothing where the same value's parts are named as wrong
        telling = [detail for detail in details if detail["type"] != "is_instance_of"] or details
        if deeper and telling[0]["type"] == "is_instance_of":
            continue
        problems.append(_problem(path, telling))
    return tuple(problems)


def payload_error(
    error: ValidationError, *, kind: str, ref: str = "", payload: Any = None, prefix: str = ""
) -> PayloadError:
    """The `PayloadError` of a failed validation: ``kind`` is what it should have been, ``ref`` its id.

    ```python
    from pydantic import ValidationError
    from privdomain.models import Product, payload_error

    payload = {"product_id": "p1", "title": None}
    try:
        Product.model_validate(payload)
    except ValidationError as error:
        refused = payload_error(error, kind="product", ref="p1", payload=payload)

    assert "title: is null; expected text" in str(refused)
    ```
    """
    problems = payload_problems(error, payload=payload, prefix=prefix)
    return PayloadError(kind=kind, problems=problems, ref=ref, payload=payload)


def _without_branches(loc: Sequence[str | int], kind: str, payload: Any) -> list[str | int]:
    """The location as a reader of the payload walks it: without pydantic's names for the arms of a union."""
    here: Any = payload  # whatever the payload holds at this depth
    path: list[str | int] = []
    for depth, part in enumerate(loc):
        if isinstance(part, int):
            here = here[part] if _is_list(here) and part < len(here) else None
        elif _is_object(here):
            absent_last = depth == len(loc) - 1 and kind == "missing"
            if part not in here and not absent_last:
                continue
            here = here.get(part)
        elif payload is not None or _BRANCH.match(part):
            continue
        path.append(part)
    return path


def _is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence)


def _is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _path(parts: Sequence[str | int], prefix: str) -> str:
    path = prefix
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif _PLAIN.match(part):
            path += f".{part}" if path else part
        else:
            path += f'["{part}"]'
    return path or "$"


def _problem(path: str, details: Sequence[ErrorDetails]) -> Problem:
    first = details[0]
    kind, context = first["type"], first.get("ctx", {})
    if kind == "missing":
        return Problem(path, "is missing")
    if kind == "extra_forbidden":
        return Problem(path, "is not a field of this record")
    if kind in {"value_error", "assertion_error"}:
        return Problem(path, str(context.get("error", first["msg"])))
    if kind in _BOUNDS:
        expected, problem = _BOUNDS[kind]
        return Problem(path, problem, expected.format(**context))
    expected = " or ".join(dict.fromkeys(_expected(detail) for detail in details))
    return Problem(path, f"is {_found(first['input'])}", expected)


def _expected(detail: ErrorDetails) -> str:
    if detail["type"] == "is_instance_of":
        return f"a {detail.get('ctx', {}).get('class', 'value')}"
    word = _EXPECTED.get(detail["type"].partition("_")[0])
    return word or detail["msg"].removeprefix("Input should be ")


def _found(value: object) -> str:
    if value is None:
        return "null"
    if value == "":
        return "empty text"
    for kind, name in (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "text"),
        (Mapping, "an object"),
        (Sequence, "a list"),
    ):
        if isinstance(value, kind):
            return name
    return f"a {type(value).__name__}"
