"""What a platform's error codes mean, as data, and the errors that are made of them.

A platform keeps one `ErrorTable`: code → what it means, which branch of `RemoteError` it is, and what may be done
about it (`Policy`). A failed attempt is a `Fault`; it becomes an exception only when nothing more is to be tried.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from attrs import evolve, field, frozen

from privdomain.errors import (
    PlatformUnavailable,
    ProtocolViolation,
    RateLimited,
    RemoteError,
    RequestRejected,
    Unverified,
)
from privdomain.platforms._wire import NoAnswer

__all__ = ["ErrorRule", "ErrorTable", "Fault", "Policy", "mask"]


class Policy(StrEnum):
    """What may be done about a failed attempt.

    ``TOKEN``: a new token, then once more. ``BACKOFF``: again after a growing wait, if the operation may be
    repeated. ``MINUTE``: again in the next minute (the call was not carried out). ``DAY``: not before the quota is
    reset. ``NO``: never.
    """

    TOKEN = "token"  # noqa: S105  (the name of a policy)
    BACKOFF = "backoff"
    MINUTE = "minute"
    DAY = "day"
    NO = "no"


@frozen
class ErrorRule:
    """One code: what it means, which error it is, what may be done, and what the reader should do."""

    meaning: str
    kind: type[RemoteError]
    policy: Policy = Policy.NO
    advice: str = ""
    refused: bool = False
    """Whether this code certainly means that nothing was done, although it may be asked for again."""


_UNLISTED = ErrorRule("a code that the documentation does not list", RequestRejected)


@frozen
class ErrorTable:
    """The codes of one platform. A code that is not listed is a `RequestRejected` and is not repeated."""

    rules: Mapping[str, ErrorRule]

    def __getitem__(self, code: str) -> ErrorRule:
        return self.rules.get(code, _UNLISTED)


# with or without +86 (0086, 86) before it, whole or as 3-4-4
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[ -]*)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")


def mask(text: str, *secrets: str) -> str:
    """A platform's own words without secrets and phone numbers, at most 300 characters of them."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _PHONE.sub("***", text)[:300]


@frozen(kw_only=True)
class Fault:
    """One attempt that failed, in plain values.

    ``refused`` says that the platform certainly did not carry the call out, so that repeating it is safe even for
    an operation that must happen once.
    """

    kind: type[RemoteError]
    policy: Policy
    meaning: str
    code: str = ""
    sub_code: str = ""
    said: str = ""
    request_id: str = ""
    advice: str = ""
    retry_after_s: float | None = None
    refused: bool = False
    cause: NoAnswer | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Literal["silent", "refused", "failed", "throttled"]:
        """What became of the attempt, in one word for whoever counts."""
        if self.cause is not None:
            return "silent"
        if issubclass(self.kind, RateLimited):
            return "throttled"
        return "failed" if issubclass(self.kind, (PlatformUnavailable, ProtocolViolation)) else "refused"

    @classmethod
    def of_silence(cls, failure: NoAnswer) -> Fault:
        """The attempt got no answer."""
        return cls(
            kind=PlatformUnavailable,
            policy=Policy.BACKOFF,
            meaning=failure.reason,
            refused=not failure.may_have_arrived,
            cause=failure,
        )

    @classmethod
    def of_rule(cls, rule: ErrorRule, *, code: str, said: str = "", request_id: str = "") -> Fault:
        """The platform answered with a code."""
        return cls(
            kind=rule.kind,
            policy=rule.policy,
            meaning=rule.meaning,
            code=code,
            said=said,
            request_id=request_id,
            advice=rule.advice,
            refused=rule.refused or rule.policy in {Policy.TOKEN, Policy.MINUTE},
        )

    def unverified(self) -> Fault:
        """The same, of a write that must not be repeated because it may have been carried out."""
        return evolve(
            self,
            kind=Unverified,
            policy=Policy.NO,
            advice="It may have been carried out: read the object again before sending anything once more.",
        )

    def to_error(self, *, platform: str, what: str, attempts: int) -> RemoteError:
        """The exception, once nothing more is to be tried."""
        facts = [f"code {self.code}"] if self.code else []
        facts += [f"it says {self.said!r}"] if self.said else []
        facts += [f"request id {self.request_id}"] if self.request_id else []
        facts += [f"{attempts} attempts"] if attempts > 1 else []
        message = f"{platform}, {what}: {self.meaning}"
        message += f" ({'; '.join(facts)})" if facts else ""
        message += f". {self.advice}" if self.advice else ""
        fields: dict[str, Any] = {
            "platform": platform,
            "code": self.code,
            "sub_code": self.sub_code,
            "request_id": self.request_id,
            "retryable": self.policy in {Policy.BACKOFF, Policy.MINUTE, Policy.DAY},
            "attempts": attempts,
        }
        if issubclass(self.kind, RateLimited):
            fields["retry_after_s"] = self.retry_after_s
        return self.kind(message, **fields)
