"""What an answer means before a platform's own words are looked at: its HTTP status, and whether it is JSON at all."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from privdomain.errors import PlatformUnavailable, ProtocolViolation, RateLimited
from privdomain.platforms._errors import Fault, Policy
from privdomain.platforms._payload import Json, decode
from privdomain.platforms._retry import retry_after_seconds
from privdomain.platforms._wire import HttpResponse

__all__ = ["garbled", "json_object", "status_fault"]


def status_fault(response: HttpResponse, *, at: datetime, what: str = "") -> Fault:
    """What a status other than 200 says; ``what`` names the call where the platform has one address for all."""
    status = response.status
    wish = response.headers.get("retry-after")
    retry_after_s = retry_after_seconds(wish, at=at) if wish else None
    before, code = f"{what}: " if what else "", f"http-{status}"
    if status == 429:
        return Fault(
            kind=RateLimited,
            policy=Policy.BACKOFF,
            meaning=f"{before}too many requests",
            code=code,
            retry_after_s=retry_after_s,
            refused=True,
        )
    if status >= 500 or status == 408:
        return Fault(
            kind=PlatformUnavailable,
            policy=Policy.BACKOFF,
            meaning=f"{before}the platform answered HTTP {status}",
            code=code,
            retry_after_s=retry_after_s,
        )
    return Fault(
        kind=ProtocolViolation,
        policy=Policy.NO,
        meaning=f"{before}HTTP {status} is no answer of the platform",
        code=code,
        advice="Check base_url and what stands between this machine and the platform.",
    )


def json_object(body: bytes) -> Json | None:
    """The JSON object in a body; None for anything else."""
    try:
        payload = decode(body)
    except ValueError:
        return None
    return cast("Json", payload) if isinstance(payload, dict) else None


def garbled(meaning: str) -> Fault:
    """Seen when a proxy or a breakdown stands in for the platform: worth another try where that is safe."""
    return Fault(kind=ProtocolViolation, policy=Policy.BACKOFF, meaning=meaning)
