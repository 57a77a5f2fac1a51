"""Conversations with a platform as generators: they yield what they need and do none of it themselves.

A flow yields an *effect* and receives its result:

- ``Send(request)`` receives the `HttpResponse`, or has `NoAnswer` thrown into it;
- ``Wait(seconds)`` receives None, after that time;
- ``Ask(call)`` receives what the synchronous ``call()`` returned (a token store, a shared limit), or its error.

It returns its answer. ``_drivers`` has the two things that run a flow, one blocking and one awaiting; because all
decisions are made here, both send the same requests in the same order. `send`, `wait` and `ask` are the effects
with their types: ``response = yield from send(request)``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from privdomain.platforms._pages import Page
from privdomain.platforms._wire import HttpRequest, HttpResponse

__all__ = ["Ask", "Effect", "Flow", "PageFlow", "Send", "Wait", "ask", "send", "wait"]

T = TypeVar("T")


@frozen
class Send:
    """Send this and give me the answer.

    With ``whole_within_s`` an awaiting driver that is cancelled meanwhile still waits for the answer, and nobody
    waits longer than that: for a request whose answer is worth more than the task that asked for it.
    """

    request: HttpRequest
    whole_within_s: float | None = None


@frozen
class Wait:
    """Come back after this many seconds."""

    seconds: float


@frozen
class Ask:
    """Call this port, which may block, and give me what it returns."""

    call: Callable[[], object]


Effect: TypeAlias = Send | Wait | Ask
Flow: TypeAlias = Generator[Effect, Any, T]
"""A conversation that ends in a T."""
PageFlow: TypeAlias = Generator[Effect | Page[T], Any, None]
"""A conversation that hands out pages on its way."""


def send(request: HttpRequest) -> Flow[HttpResponse]:
    """`Send`, typed."""
    response: HttpResponse = yield Send(request)
    return response


def wait(seconds: float) -> Flow[None]:
    """`Wait`, left out where there is nothing to wait for."""
    if seconds > 0:
        yield Wait(seconds)


def ask(call: Callable[[], T]) -> Flow[T]:
    """`Ask`, typed."""
    answer: T = yield Ask(call)
    return answer
