"""The two things that run a flow: one blocks, one awaits (asyncio or trio, by anyio).

Both do the same: perform the effect, send the result back in or throw the failure in, and close the flow in the
end, whatever ended it. A flow therefore sees a time-out, a cancellation or an interrupted sleep as if it had made
the call itself, and its ``finally`` blocks run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from inspect import isawaitable
from typing import Any, TypeVar

from privdomain.platforms._flow import Ask, Effect, Flow, PageFlow, Send, Wait
from privdomain.platforms._pages import Page
from privdomain.platforms._wire import AsyncTransport, HttpRequest, HttpResponse, NoAnswer, Transport

__all__ = ["arun", "arun_to_page", "run", "run_to_page", "waiting_off"]

T = TypeVar("T")
E = TypeVar("E")

_skipped: ContextVar[list[float] | None] = ContextVar("privdomain_waits_skipped", default=None)


@contextmanager
def waiting_off() -> Generator[list[float]]:
    """Inside this block no client waits; the list says how long each wait would have been. For tests.

    It holds for the code of the block, tasks started in it included, and not for other threads.

    ```python
    from privdomain.platforms import waiting_off

    with waiting_off() as waits:
        ...  # use a client against a scripted server that answers 503 first
    assert waits == []
    ```
    """
    waits: list[float] = []
    token = _skipped.set(waits)
    try:
        yield waits
    finally:
        _skipped.reset(token)


def _skip(seconds: float) -> bool:
    waits = _skipped.get()
    if waits is None:
        return False
    waits.append(seconds)
    return True


def _perform(effect: Effect, transport: Transport) -> object:
    if isinstance(effect, Send):
        return transport(effect.request)
    if isinstance(effect, Ask):
        return effect.call()
    if not _skip(effect.seconds):
        time.sleep(effect.seconds)
    return None


def _resume(flow: Generator[E, Any, Any], effect: Effect, transport: Transport) -> Callable[[], E]:
    try:
        result = _perform(effect, transport)
    except BaseException as failure:  # noqa: BLE001  (raised again inside the flow, where the call was asked for)
        return partial(flow.throw, failure)
    return partial(flow.send, result)


def run(flow: Flow[T], transport: Transport) -> T:
    """Run a flow to its answer, blocking."""
    try:
        effect = next(flow)
        while True:
            effect = _resume(flow, effect, transport)()
    except StopIteration as stop:
        answer: T = stop.value
        return answer
    finally:
        flow.close()


def run_to_page(flow: PageFlow[T], transport: Transport) -> Page[T] | None:
    """Run a flow of pages to its next page, blocking; None when there are no more. The flow stays open."""
    try:
        step = next(flow)
        while not isinstance(step, Page):
            step = _resume(flow, step, transport)()
    except StopIteration:
        return None
    except BaseException:
        flow.close()
        raise
    return step


async def _aperform(effect: Effect, transport: Transport | AsyncTransport) -> object:
    if isinstance(effect, Send):
        if effect.whole_within_s is not None:
            return await _send_whole(effect.request, transport, effect.whole_within_s)
        response = transport(effect.request)
        return await response if isawaitable(response) else response
    import anyio  # noqa: PLC0415  (half of the clients never await)
    from anyio import to_thread  # noqa: PLC0415

    if isinstance(effect, Wait):
        if not _skip(effect.seconds):
            await anyio.sleep(effect.seconds)
        return None
    return await to_thread.run_sync(effect.call)


async def _send_whole(
    request: HttpRequest, transport: Transport | AsyncTransport, within_s: float
) -> HttpResponse:
    import anyio  # noqa: PLC0415  (half of the clients never await)

    with anyio.move_on_after(within_s, shield=True):
        response = transport(request)
        return await response if isawaitable(response) else response
    raise NoAnswer("no answer in time")


async def _aresume(
    flow: Generator[E, Any, Any], effect: Effect, transport: Transport | AsyncTransport
) -> Callable[[], E]:
    # how to go on is returned and called by the driver: a coroutine must not let the flow's StopIteration out
    try:
        result = await _aperform(effect, transport)
    except BaseException as failure:  # noqa: BLE001  (raised again inside the flow, cancellation included)
        return partial(flow.throw, failure)
    return partial(flow.send, result)


async def arun(flow: Flow[T], transport: Transport | AsyncTransport) -> T:
    """Run a flow to its answer, awaiting."""
    try:
        effect = next(flow)
        while True:
            effect = (await _aresume(flow, effect, transport))()
    except StopIteration as stop:
        answer: T = stop.value
        return answer
    finally:
        flow.close()


async def arun_to_page(flow: PageFlow[T], transport: Transport | AsyncTransport) -> Page[T] | None:
    """Run a flow of pages to its next page, awaiting; None when there are no more. The flow stays open."""
    try:
        step = next(flow)
        while not isinstance(step, Page):
            step = (await _aresume(flow, step, transport))()
    except StopIteration:
        return None
    except BaseException:
        flow.close()
        raise
    return step
