"""What every method of ARK has in common: one address, and a name that tells it apart.

All methods share one URL. An operation's ``path`` is therefore the method's name (``order.getOrderList``), which is
what the platform calls an endpoint, and its class is named like the method, so that observers, which see the class,
name it too. Fields are written in snake case and sent in camel case.
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from privdomain.platforms._operation import Operation
from privdomain.platforms._payload import Payload

__all__ = ["ArkOperation", "ArkPart", "ArkPayload"]

R = TypeVar("R", bound=BaseModel)


class ArkOperation(Operation[R], Generic[R]):
    """One method of ARK: ``path`` is its name, fields in snake case are sent in camel case.

    ```python
    from typing import ClassVar

    from privdomain.platforms import Done, Repeat
    from privdomain.platforms.xiaohongshu import ArkOperation

    class BrandSearch(ArkOperation[Done]):
        path: ClassVar = "common.brandSearch"
        page: ClassVar = "https://open.xiaohongshu.com/document/api (read 2026-11-24)"
        repeat: ClassVar = Repeat.ALWAYS
        category_id: str

    asked = BrandSearch(category_id="5a31")
    assert asked.model_dump(by_alias=True) == {"categoryId": "5a31"}
    ```
    """

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    path: ClassVar[str]


class ArkPart(BaseModel):
    """A part of a request: an object inside it, its fields sent in camel case."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        defer_build=True,
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


class ArkPayload(Payload):
    """A part of an answer, its fields read from camel case."""

    model_config = ConfigDict(alias_generator=to_camel)
