"""Between the wire and a platform: draw the fault, let the platform answer, damage the answer, keep the record."""

from __future__ import annotations

import re
from functools import partial
from typing import Protocol

from attrs import evolve, frozen

from privdomain.sandbox._record import RequestLog, RequestRecord, masked
from privdomain.sandbox.faults import Drawn, Fault, FaultInjector, FaultKind, When
from privdomain.sandbox.server import Answer, Request, Wire

__all__ = ["Platform", "PlatformService", "Reply"]

_CONTROL = rb"\1" + bytes([0x0B, 0x1B, 0x01])
_STATUSES = (500, 502, 503, 504)
_HIDES_THE_CALL = frozenset({FaultKind.TIMEOUT, FaultKind.SERVER_ERROR, FaultKind.RESET, FaultKind.CODE})
_PAGING = frozenset({FaultKind.REPEAT_CURSOR, FaultKind.EMPTY_PAGE})


@frozen(kw_only=True)
class Reply:
    """What a platform says: its own code (``"0"`` for success) and the bytes it is said with."""

    code: str
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    status: int = 200


class Platform(Protocol):
    """What an emulated platform is to the rest of the sandbox; one class per platform implements it."""

    @property
    def name(self) -> str:
        """Our name of it: ``wechat_shop``."""
        ...

    @property
    def secret_names(self) -> frozenset[str]:
        """Query and body names whose values are never kept."""
        ...

    @property
    def free_text(self) -> re.Pattern[bytes]:
        """Finds, in an answer, the beginning (group 1) of texts in which control characters have been seen."""
        ...

    @property
    def codes(self) -> frozenset[str]:
        """The error codes it can say, each as text."""
        ...

    def handle(self, request: Request, quirk: FaultKind | None) -> Reply:
        """Do what is asked. ``quirk`` is a way of paging badly, for a request of which `shows` said it can."""
        ...

    def shows(self, quirk: FaultKind, request: Request) -> bool:
        """Whether this request can be answered with this way of paging badly."""
        ...

    def refuse(self, code: str) -> Reply:
        """Say this error code without doing anything."""
        ...

    def revoke_tokens(self) -> None:
        """Take back every access token handed out so far."""
        ...


class PlatformService:
    """One platform behind its faults and its record."""

    def __init__(self, platform: Platform, *, injector: FaultInjector, log: RequestLog) -> None:
        self._platform = platform
        self._injector = injector
        self._log = log

    def answer(self, request: Request) -> Answer:
        """The answer to one request, after its fault has had its way."""
        drawn = self._injector.draw(request.path, shows=partial(self._shows, request))
        reply = self._reply(request, drawn)
        answer = self._damaged(reply, drawn)
        query, body = masked(request, self._platform.secret_names)
        self._log.add(
            RequestRecord(
                number=drawn.number,
                platform=self._platform.name,
                method=request.method,
                path=request.path,
                query=query,
                body=body,
                http_status=answer.status if answer.wire in {Wire.WHOLE, Wire.TRUNCATED} else 0,
                code=reply.code if reply else "",
                fault=_told(drawn),
            )
        )
        return answer

    def _shows(self, request: Request, fault: Fault) -> bool:
        if fault.code and fault.code not in self._platform.codes:
            return False  # another platform's code, in a plan for several
        return fault.kind not in _PAGING or self._platform.shows(fault.kind, request)

    def _reply(self, request: Request, drawn: Drawn) -> Reply | None:
        """What the platform says; None when the fault struck before it did anything."""
        fault, platform = drawn.fault, self._platform
        if fault is None:
            return platform.handle(request, None)
        if fault.kind in _HIDES_THE_CALL and drawn.when is When.BEFORE:
            return platform.refuse(fault.code) if fault.kind is FaultKind.CODE else None
        if fault.kind is FaultKind.REVOKED_TOKEN and drawn.when is When.BEFORE:
            platform.revoke_tokens()
        reply = platform.handle(request, fault.kind if fault.kind in _PAGING else None)
        if fault.kind is FaultKind.REVOKED_TOKEN and drawn.when is When.AFTER:
            platform.revoke_tokens()
        return platform.refuse(fault.code) if fault.kind is FaultKind.CODE else reply

    def _damaged(self, reply: Reply | None, drawn: Drawn) -> Answer:
        """What of the reply leaves, and how."""
        fault = drawn.fault
        answer = Answer()
        if reply is not None:
            answer = Answer(status=reply.status, content_type=reply.content_type, body=reply.body)
        if fault is None:
            return answer
        match fault.kind:
            case FaultKind.SLOW:
                answer = evolve(answer, hold=partial(self._injector.hold, fault.hold_s))
            case FaultKind.TIMEOUT:
                answer = Answer(wire=Wire.SILENT, hold=partial(self._injector.hold, fault.hold_s))
            case FaultKind.SERVER_ERROR:
                status = _STATUSES[int(drawn.pick * len(_STATUSES))]
                page = f"<html><body><h1>{status}</h1></body></html>".encode()
                answer = Answer(status=status, content_type="text/html", body=page)
            case FaultKind.RESET:
                answer = Answer(wire=Wire.RESET)
            case FaultKind.TRUNCATED:
                answer = evolve(answer, wire=Wire.TRUNCATED)
            case FaultKind.WRONG_JSON:
                answer = evolve(answer, body=_no_json(answer.body, drawn.pick))
            case FaultKind.CONTROL_CHARACTERS:
                answer = evolve(answer, body=self._platform.free_text.sub(_CONTROL, answer.body))
            case FaultKind.CODE | FaultKind.REVOKED_TOKEN | FaultKind.REPEAT_CURSOR | FaultKind.EMPTY_PAGE:
                pass  # the platform's own reply is the fault already
        return answer


def _no_json(body: bytes, pick: float) -> bytes:
    """A complete body that no JSON parser takes: a proxy's page, an object cut by its sender, or nothing at all."""
    kinds = (b"<html><body>upstream</body></html>", body[: len(body) // 2], b"")
    return kinds[int(pick * len(kinds))]


def _told(drawn: Drawn) -> str:
    if drawn.fault is None:
        return ""
    if drawn.fault.code:
        return f"{drawn.fault.kind}:{drawn.fault.code}:{drawn.when}"
    return f"{drawn.fault.kind}:{drawn.when}"
