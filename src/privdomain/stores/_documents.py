"""A record as JSON text and back: what stands in every ``payload`` column."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from privdomain.models import Model

__all__ = ["digest_of", "printable", "read_document", "write_document"]

M = TypeVar("M", bound=Model)

_DIGEST_BYTES = 16


def write_document(record: Model) -> str:
    """The record as JSON that every database can keep."""
    try:
        return record.model_dump_json()
    except PydanticSerializationError:
        # half of a surrogate pair in what a platform sent, which JSON can say and UTF-8 cannot
        return json.dumps(record.model_dump(mode="python"), default=str)


def read_document(model: type[M], document: str) -> M:
    """The record again."""
    try:
        return model.model_validate_json(document)
    except ValidationError:
        return model.model_validate(json.loads(document))


def digest_of(text: str) -> str:
    """What tells one text from another in 32 characters."""
    return blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def printable(text: str) -> str:
    """The text without NUL, which PostgreSQL does not take; the payload keeps it, escaped as JSON does."""
    return text.replace("\x00", "") if "\x00" in text else text
