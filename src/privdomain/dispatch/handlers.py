"""What carries an intention out, written once for blocking and for awaiting callers.

A handler speaks in steps: it yields a `Call` of a method of whoever does it (a shop, later a channel) and is sent the
answer, or has the failure thrown in. `dispatch` has one driver that calls and one that awaits.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping
from enum import StrEnum
from inspect import iscoroutinefunction
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, TypeVar

from pydantic import ValidationError

from privdomain.errors import ArgumentError, UsageError, nearest
from privdomain.models import Intention, Model, payload_problems

__all__ = ["Call", "Doer", "Handler", "Steps", "WasDone", "by_kind", "payload_of", "target_of"]

T = TypeVar("T")
P = TypeVar("P", bound=Model)


class WasDone(StrEnum):
    """Whether something was carried out, as far as the platform can be asked."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


class Call:
    """One call of a method: ``Call("ship", order_id, parcels=parcels)``."""

    __slots__ = ("arguments", "keywords", "method")

    def __init__(self, method: str, *arguments: Any, **keywords: Any) -> None:
        self.method, self.arguments, self.keywords = method, arguments, keywords

    def __repr__(self) -> str:
        return f"Call({self.method!r}, …)"  # what is said to a buyer is in no log


Steps: TypeAlias = Generator[Call, Any, T]
"""Calls to make one after another, and what comes of them."""


class Doer(Protocol):
    """Whoever carries intentions out for one target: a `Shop` or an `AsyncShop`."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop on it."""
        ...


def target_of(doer: Doer) -> str:
    """The ``Intention.target`` of a shop: its platform and its id.

    ```python
    from types import SimpleNamespace
    from privdomain.dispatch import target_of

    assert target_of(SimpleNamespace(platform="douyin", shop_id="4463798")) == "douyin:4463798"
    ```
    """
    return f"{doer.platform}:{doer.shop_id}"


class Handler(Protocol):
    """How one kind of intention is done, asked about, and whether it may be done twice."""

    @property
    def kind(self) -> str:
        """The kind that it handles: ``shop.ship/1``."""
        ...

    @property
    def payload(self) -> type[Model]:
        """What the payload of that kind is."""
        ...

    def do(self, intention: Intention, *, again: bool) -> Steps[None]:
        """Carry it out. ``again`` says that an earlier sending may have done a part of it.

        Raises:
            Unverified: when it was sent and nobody knows whether it was carried out.
        """
        ...

    def was_done(self, intention: Intention) -> Steps[WasDone]:
        """Ask the platform whether it was carried out."""
        ...

    def repeatable(self, intention: Intention) -> bool:
        """Whether sending it twice has the effect of sending it once: an idempotency field, or an overwrite."""
        ...


def by_kind(handlers: Iterable[Handler]) -> Mapping[str, Handler]:
    """The handlers by their kinds.

    Raises:
        ArgumentError: for two handlers of one kind.
    """
    found: dict[str, Handler] = {}
    for handler in handlers:
        if handler.kind in found:
            raise ArgumentError(f"two handlers want {handler.kind}; each kind has one")
        found[handler.kind] = handler
    return MappingProxyType(found)


def handler_of(kind: str, handlers: Mapping[str, Handler]) -> Handler:
    """The handler of a kind.

    Raises:
        ArgumentError: for a kind that nobody handles, with the nearest that somebody does.
    """
    if kind not in handlers:
        close = nearest(kind, handlers)
        like = f"; did you mean {close!r}?" if close else ""
        raise ArgumentError(f"nobody handles {kind!r}{like} (handled here: {', '.join(sorted(handlers))})")
    return handlers[kind]


def payload_of(intention: Intention, model: type[P]) -> P:
    """The payload of an intention, read as what its kind says.

    Raises:
        ArgumentError: naming every field that is wrong.
    """
    try:
        return model.model_validate_json(json.dumps(intention.model_dump(mode="json")["payload"]))
    except ValidationError as error:
        failure = error
    raise ArgumentError(
        f"the payload of {intention.kind} {intention.key} is not what that kind says",
        problems=payload_problems(failure, prefix="payload"),
    )


_ASKED = ("order", "aftersale", "ship", "set_stock")


def check_callable(doers: Iterable[Doer], *, awaits: bool) -> None:
    """Whether shops that await are given to the function that awaits, and the others to the other.

    Raises:
        UsageError: naming the right one; half of the work would otherwise look done without having been begun.
    """
    for doer in doers:
        methods = [method for name in _ASKED if (method := getattr(doer, name, None)) is not None]
        if not awaits and any(map(iscoroutinefunction, methods)):
            raise UsageError(f"{target_of(doer)} is an asynchronous shop; await adispatch(…) and its kin")
        if awaits and not all(map(iscoroutinefunction, methods)):
            raise UsageError(
                f"{target_of(doer)} is a shop that blocks; call dispatch(…), or give its asynchronous client"
            )
