"""An endpoint of a platform as one small class: where it is, what it takes, what it gives, when it may be repeated.

``client.send(GetOrder(order_id="…"))`` and ``await client.send(…)`` share it. The path is whole, because platforms
move endpoints between base paths; ``page`` says where the documentation is and when it was read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from attrs import frozen
from pydantic import BaseModel, ConfigDict, ValidationError

from privdomain.errors import ArgumentError, UsageError, nearest
from privdomain.models import payload_problems

__all__ = ["KeyPaging", "Limits", "Method", "NumberPaging", "Operation", "Repeat"]

Method: TypeAlias = Literal["GET", "POST"]

R = TypeVar("R", bound=BaseModel)


@frozen
class Repeat:
    """When an operation may be sent again although nobody knows whether it was carried out.

    ``Repeat.ALWAYS`` for what only reads, ``Repeat.WITH_KEY("request_id")`` for what the platform does once per
    value of that field (and then only if the field is filled), ``Repeat.NEVER`` for the rest.

    ```python
    from privdomain.platforms import Repeat

    assert Repeat.WITH_KEY("request_id") == Repeat("with_key", "request_id")
    assert Repeat.ALWAYS != Repeat.NEVER
    ```
    """

    mode: Literal["always", "with_key", "never"]
    field: str = ""

    ALWAYS: ClassVar[Repeat]
    NEVER: ClassVar[Repeat]

    @classmethod
    def WITH_KEY(cls, field: str) -> Repeat:  # noqa: N802  (stands beside ALWAYS and NEVER)
        """The platform recognises a repetition by ``field``."""
        return cls("with_key", field)

    def allows(self, operation: BaseModel) -> bool:
        """Whether this very request may be sent again."""
        return self.mode == "always" or (self.mode == "with_key" and bool(getattr(operation, self.field)))


Repeat.ALWAYS = Repeat("always")
Repeat.NEVER = Repeat("never")


@frozen(kw_only=True)
class KeyPaging:
    """How a listing goes on: the field that is sent, and the fields of the reply that say what is next.

    ``more`` is empty for a listing without a has-more flag: it ends at an empty page or an empty key. ``end`` is the
    key that means the end where a platform has such a word (快手: ``nomore``); then nothing else ends the listing.
    ``counts`` is a page number that a platform wants raised together with the key (微信小店's funds and coupons).
    """

    items: str
    sends: str = "next_key"
    receives: str = "next_key"
    more: str = ""
    end: str = ""
    counts: str = ""


@frozen(kw_only=True)
class NumberPaging:
    """A listing by page number: the field that is sent, the first number, and where the reply says how many there are.

    ``size`` is the request's field for the length of a page.
    """

    items: str
    sends: str = "page"
    first: int = 0
    size: str = "size"
    total: str = "total"


@frozen(kw_only=True)
class Limits:
    """What the platform limits, as its document says: a longer window is split, a deeper listing halved.

    ``window`` is the longest span of one request, ``kept`` how far back it reaches, ``page_size`` the longest page,
    ``depth`` how many items can be paged through, ``items`` how many a batch takes, ``per_second`` the published QPS.
    """

    window: timedelta | None = None
    kept: timedelta | None = None
    page_size: int | None = None
    depth: int | None = None
    items: int | None = None
    per_second: int | None = None


class Operation(BaseModel, Generic[R]):
    """One endpoint; its reply type is the generic parameter and is written nowhere else.

    ```python
    from typing import ClassVar

    from privdomain.platforms import Done, Operation, Repeat

    class SetMerchantNotes(Operation[Done]):
        path: ClassVar = "/channels/ec/order/merchantnotes/update"
        page: ClassVar = "https://developers.weixin.qq.com/doc/channels/API/order/ (read 2026-11-24)"
        repeat: ClassVar = Repeat.ALWAYS  # the same note twice is the same note
        order_id: str
        merchant_notes: str

    assert SetMerchantNotes.reply is Done
    ```

    Raises:
        ArgumentError: for a missing, misspelt or wrongly typed field; ids are text, as the platforms want them.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, defer_build=True, hide_input_in_errors=True
    )

    path: ClassVar[str]
    page: ClassVar[str]
    method: ClassVar[Method] = "POST"
    repeat: ClassVar[Repeat] = Repeat.NEVER
    paging: ClassVar[KeyPaging | NumberPaging | None] = None
    limits: ClassVar[Limits] = Limits()
    unconfirmed: ClassVar[str] = ""
    """What no document settles about it; then it is sent only by a client that accepts it by its class's name."""
    signed: ClassVar[bool] = True
    """Whether it is sent with an access token; only what fetches the token is not."""
    reply: ClassVar[type[BaseModel]]

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            failure = error
        else:
            return
        name = type(self).__name__
        raise ArgumentError(f"{name} cannot be sent", problems=payload_problems(failure, prefix=name))

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for base in cls.__mro__:
            arguments = getattr(base, "__pydantic_generic_metadata__", {}).get("args", ())
            if arguments and isinstance(arguments[0], type):
                cls.reply = arguments[0]
                break
        beside = cls.paging.size if isinstance(cls.paging, NumberPaging) else ""
        beside = cls.paging.counts if isinstance(cls.paging, KeyPaging) else beside
        for name in (cls.repeat.field, cls.paging.sends if cls.paging else "", beside):
            if name and name not in cls.model_fields:
                hint = nearest(name, cls.model_fields)
                like = f"; did you mean {hint!r}?" if hint else ""
                raise UsageError(
                    f"{cls.__name__} repeats or pages by {name!r}, which is no field of it{like}"
                )
