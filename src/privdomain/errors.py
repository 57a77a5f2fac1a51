"""Every error the library raises, as one tree; each branch names the ``except`` block it is for.

```text
PrivdomainError
├── UsageError               fix the code
│   ├── ArgumentError          a value no function could take            (also ValueError)
│   ├── RuleError              a rule that cannot be read or run         (also ValueError)
│   │   ├── RuleSyntaxError      text or JSON: line, column, what was expected
│   │   └── RuleTypeError        a comparison no engine answers alike; placed, where the rule was written
│   ├── FrameError             a frame whose columns are not the documented ones (also ValueError)
│   ├── PolicyError            a policy that contradicts itself          (also ValueError)
│   ├── NotFittedError         a model used before ``fit``               (also AttributeError)
│   ├── MissingExtra           an optional package is not installed      (also ImportError)
│   ├── Unsupported            this platform or engine cannot do it, said before any request
│   │   └── Unconfirmed          no document confirms how it is done; ``accept_unconfirmed=`` tries it
│   └── SchemaOutdated         the database wants ``store.migrate()``
├── DataError                set the datum aside
│   ├── PayloadError           a platform's answer with wrong types: every bad path
│   ├── TableError             an imported table: every bad row
│   ├── SealBroken             a sealed token or secret that no key opens
│   ├── WebhookRefused         a delivery that is not the platform's, or cannot be read; with the reply to give
│   └── CalendarUnknown        a date no published notice covers
├── Refused                  tell the person: the rules say no, with the numbers
├── ConflictError            repeat, or stop
│   ├── VersionConflict        somebody else wrote first
│   ├── KeyReused              the same key with another request
│   └── TransactionLost        the caller's transaction must be repeated whole
└── RemoteError              the other side: platform, code, sub_code, request_id, retryable
    ├── AuthenticationFailed   credentials or token refused
    │   └── AuthorizationRevoked   the merchant has to authorise the application again
    ├── PermissionDenied       this account may not do it
    ├── RateLimited            too fast, or the quota is used up
    ├── RequestRejected        the platform understood and said no
    ├── PlatformUnavailable    no answer, or a 5xx, after all attempts
    ├── Unverified             a write was sent, and whether it was carried out is not known
    └── ProtocolViolation      an answer the protocol does not allow
```

No message, ``repr`` or attribute carries a secret, a token or a phone number, and every error survives
``pickle`` (multiprocessing and task queues send errors to other processes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from attrs import frozen

__all__ = [
    "ArgumentError",
    "AuthenticationFailed",
    "AuthorizationRevoked",
    "CalendarUnknown",
    "ConflictError",
    "DataError",
    "FrameError",
    "KeyReused",
    "MissingExtra",
    "NotFittedError",
    "PayloadError",
    "PermissionDenied",
    "PlatformUnavailable",
    "PolicyError",
    "PrivdomainError",
    "Problem",
    "ProtocolViolation",
    "RateLimited",
    "Refused",
    "RemoteError",
    "RequestRejected",
    "RuleError",
    "RuleSyntaxError",
    "RuleTypeError",
    "SchemaOutdated",
    "SealBroken",
    "TableError",
    "TransactionLost",
    "Unconfirmed",
    "Unsupported",
    "Unverified",
    "UsageError",
    "VersionConflict",
    "WebhookRefused",
    "nearest",
]


@frozen
class Problem:
    """One thing that is wrong: where it is, what is wrong there, what would be right.

    ``path`` is a JSON path (``order.lines[2].quantity``), a column or a row; ``expected`` may be empty.
    """

    path: str
    problem: str
    expected: str = ""

    def __str__(self) -> str:
        right = f"; expected {self.expected}" if self.expected else ""
        return f"{self.path}: {self.problem}{right}"


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The existing name most like ``name``, or None: what "did you mean …?" is made of.

    ```python
    from privdomain.errors import nearest

    assert nearest("paid_minr", ["paid_minor", "paid_at"]) == "paid_minor"
    assert nearest("zzz", ["paid_minor"]) is None
    ```
    """
    close = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return close[0] if close else None


def _rebuild(kind: type[PrivdomainError], args: tuple[Any, ...], state: dict[str, Any]) -> PrivdomainError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class PrivdomainError(Exception):
    """The root: catches everything this library raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own reduce calls the class with the message alone, which fails for keyword arguments.
        return _rebuild, (type(self), self.args, self.__dict__.copy())


class _WithProblems(PrivdomainError):
    """A message, and the list of everything that was wrong."""

    problems: tuple[Problem, ...]

    def __init__(self, message: str, *, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        listed = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(message + listed)


class UsageError(_WithProblems):
    """Fix the code: an argument, a rule, a frame, a policy or an installation is wrong."""


class ArgumentError(UsageError, ValueError):
    """A value the function cannot take; the message says which would be right."""


class RuleError(UsageError, ValueError):
    """A rule that cannot be read or cannot be run.

    ``line`` and ``column`` count from 1 where the rule was read from text, and are 0 elsewhere; ``path`` is the place
    inside a JSON document, empty for everything else.
    """

    line: int
    column: int
    path: str

    def __init__(
        self,
        message: str,
        *,
        line: int = 0,
        column: int = 0,
        path: str = "",
        problems: Sequence[Problem] = (),
    ) -> None:
        self.line, self.column, self.path = line, column, path
        super().__init__(message, problems=problems)


class RuleSyntaxError(RuleError):
    """A rule text or rule document with an error, located; ``problems`` names every wrong place of a document."""


class RuleTypeError(RuleError):
    """A comparison between kinds that cannot be compared: engines would answer it differently.

    A rule read from text or JSON says where the first one stands, and each of ``problems`` where it does.
    """


class FrameError(UsageError, ValueError):
    """A frame without the documented columns; ``problems`` names every wrong column."""


class PolicyError(UsageError, ValueError):
    """A policy that is incomplete or contradicts itself; ``problems`` names every bad field."""


class NotFittedError(UsageError, AttributeError):
    """A model was used before ``fit``."""


class MissingExtra(UsageError, ImportError):
    """An optional package is not installed; the message is the exact ``pip install`` line.

    ```python
    from privdomain.errors import MissingExtra

    assert "pip install 'privdomain[duckdb]'" in str(MissingExtra("duckdb", needed_for="running rules on DuckDB"))
    ```
    """

    extra: str

    def __init__(self, extra: str, *, needed_for: str) -> None:
        self.extra = extra
        super().__init__(f"{needed_for} needs an optional package: pip install 'privdomain[{extra}]'")


class Unsupported(UsageError):
    """The platform or engine cannot do this; said before anything is sent or computed."""


class Unconfirmed(Unsupported):
    """How the platform does this is told by one secondary source, or told in two ways; said before anything is sent.

    The message names what to pass as ``accept_unconfirmed=`` to try it all the same.
    """


class SchemaOutdated(UsageError):
    """The database has another schema version than this release reads; the message names the call."""


class DataError(_WithProblems):
    """Set the datum aside: a payload, a file or a table that cannot be taken as it is."""


class PayloadError(DataError):
    """A platform's answer (or one item of it) with wrong types; ``problems`` names every bad path.

    ``kind`` says what it should have been ("order"), ``ref`` is the platform's id of the item where one could
    be read, ``payload`` the decoded answer for the dead-letter table. The payload may hold personal data: it is
    in no message and no ``repr``.
    """

    kind: str
    ref: str
    payload: Any

    def __init__(self, *, kind: str, problems: Sequence[Problem], ref: str = "", payload: Any = None) -> None:
        self.kind, self.ref, self.payload = kind, ref, payload
        named = f"{kind} {ref}" if ref else kind
        super().__init__(f"{named} does not have the documented form", problems=problems)


class TableError(DataError):
    """An imported table with bad rows; ``problems`` names every one with its reason."""


class WebhookRefused(DataError):
    """A delivery that is not the platform's own, or that cannot be read. Nothing of it is to be stored.

    ``reason`` is one of ``signature``, ``replayed``, ``too_large``, ``malformed``, ``wrong_receiver``: enough for a
    counter, and nothing that helps a forger. ``status``, ``headers`` and ``body`` are the reply to give.
    """

    reason: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        status: int = 403,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        problems: Sequence[Problem] = (),
    ) -> None:
        self.reason, self.status, self.headers, self.body = reason, status, tuple(headers), body
        super().__init__(message, problems=problems)


class SealBroken(DataError):
    """A sealed token or secret that does not open: another key, another owner, or changed since. 解密失败

    ``key_id`` is the name of the key it was sealed with, empty where it is not sealed. Nothing of the value is told.
    """

    key_id: str

    def __init__(self, message: str, *, key_id: str = "") -> None:
        self.key_id = key_id
        super().__init__(message)


class CalendarUnknown(DataError):
    """A date for which no holiday notice has been published, asked of a function that must not guess."""


class Refused(PrivdomainError):
    """The rules say no: tell the person. ``code`` is stable, ``numbers`` are what the message quotes."""

    code: str
    numbers: dict[str, Any]

    def __init__(self, code: str, message: str, **numbers: Any) -> None:
        self.code, self.numbers = code, numbers
        super().__init__(message)


class ConflictError(PrivdomainError):
    """Two writers met: repeat the command, or stop."""


class VersionConflict(ConflictError):
    """The record has moved on since it was read."""


class KeyReused(ConflictError):
    """An idempotency key was used again with a different request."""


class TransactionLost(ConflictError):
    """The caller's transaction can no longer succeed and must be repeated whole."""


class RemoteError(PrivdomainError):
    """The other side: what a platform answered, or that it did not.

    ``platform`` is our name of it, ``code`` and ``sub_code`` are its own (as text), ``request_id`` is what its
    support asks for, ``retryable`` says whether the same call may succeed later, ``attempts`` how often it was
    tried.
    """

    platform: str
    code: str
    sub_code: str
    request_id: str
    retryable: bool
    attempts: int

    def __init__(
        self,
        message: str,
        *,
        platform: str,
        code: str = "",
        sub_code: str = "",
        request_id: str = "",
        retryable: bool = False,
        attempts: int = 1,
    ) -> None:
        self.platform, self.code, self.sub_code = platform, code, sub_code
        self.request_id, self.retryable, self.attempts = request_id, retryable, attempts
        super().__init__(message)


class AuthenticationFailed(RemoteError):
    """The credentials or the token were refused."""


class AuthorizationRevoked(AuthenticationFailed):
    """The merchant has withdrawn the authorization, or it has run out: he has to give it again. 重新授权"""


class PermissionDenied(RemoteError):
    """The account, shop or application may not do this."""


class RateLimited(RemoteError):
    """Too many calls; ``retry_after_s`` is the platform's wish, None when it expressed none."""

    retry_after_s: float | None

    def __init__(self, message: str, *, retry_after_s: float | None = None, **remote: Any) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message, **remote)


class RequestRejected(RemoteError):
    """The platform understood the request and said no."""


class PlatformUnavailable(RemoteError):
    """No usable answer (time-out, broken connection, 5xx) after all attempts that were safe."""


class Unverified(RemoteError):
    """A write was sent and got no usable answer: it may have been carried out, and has not been repeated.

    Read the object again before sending anything once more; ``dispatch`` keeps such a row as ``unknown``.
    """


class ProtocolViolation(RemoteError):
    """An answer the protocol does not allow: not JSON, a repeated cursor, a missing required key."""
