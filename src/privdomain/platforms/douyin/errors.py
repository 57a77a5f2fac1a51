"""What 抖店's codes mean, as data. douyin.md A3, A9, A10.

An answer has a ``code`` and a ``sub_code``. What is to be done stands on the sub code: the exact one first, then the
one without its ``:NNN`` detail, then its prefix (``isp.`` is the platform's fault, ``isv.`` the caller's, ``dop.`` the
gateway's), and only then the code. Both are kept in the error.
"""

from __future__ import annotations

from collections.abc import Iterator

from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PermissionDenied,
    PlatformUnavailable,
    RateLimited,
    RequestRejected,
)
from privdomain.platforms._errors import ErrorRule, ErrorTable, Policy

__all__ = ["CODES", "DUPLICATE", "NO_SUCH_CASE", "NO_SUCH_ORDER", "SUB_CODES", "TOO_DEEP", "rule_of"]

DUPLICATE = "isv.idempotent-id-existed"
"""A change with this idempotent id has been made already: what was wanted is done."""
TOO_DEEP = "isv.parameter-invalid:20013"
"""The listing holds more than can be paged through."""
NO_SUCH_ORDER = "isv.parameter-invalid:60033"
"""Order not found, or of another shop."""
NO_SUCH_CASE = "isp.service-error:10000"
"""The after-sale case does not exist; the platform says it with the code of a fault of its own."""

_GRANT = (
    "Ask for the permission package in the platform's console, or let the merchant authorize the app again."
)
_KEYS = "Check app_key and app_secret in the platform's console."
_AGAIN = "Send the merchant to the authorization page again (authorize_url)."
_SECONDS = "The clock of this machine may be wrong: the platform allows about ten minutes."
_PAGES = "Ask for shorter ranges."

CODES = ErrorTable(
    {
        "20000": ErrorRule("the platform failed", PlatformUnavailable, Policy.BACKOFF),
        "30001": ErrorRule("the app may not call this", PermissionDenied, advice=_GRANT),
        "40001": ErrorRule("a parameter is missing", RequestRejected),
        "40002": ErrorRule("a parameter is missing", RequestRejected),
        "40003": ErrorRule("a parameter is wrong", RequestRejected),
        "40004": ErrorRule("a parameter is not allowed", RequestRejected),
        "50001": ErrorRule("the platform could not carry it out", RequestRejected),
        "50002": ErrorRule("the business rules say no", RequestRejected),
        "60000": ErrorRule("too many calls", RateLimited, Policy.BACKOFF, refused=True),
        "70000": ErrorRule("this call is no longer offered", RequestRejected),
        "90000": ErrorRule("the call was blocked for an unknown reason", RequestRejected),
    }
)
"""By ``code``: what is left where the sub code says nothing more."""

_LIMITED = ErrorRule("too many calls", RateLimited, Policy.BACKOFF, refused=True)
_BUSY = ErrorRule("the platform is busy", PlatformUnavailable, Policy.BACKOFF)
_FAILED = ErrorRule("the platform failed", PlatformUnavailable, Policy.BACKOFF)
_TOKEN_LOST = ErrorRule(
    "the token is not known", AuthenticationFailed, Policy.TOKEN, "The authorization may have been withdrawn."
)
_REVOKED = ErrorRule("the merchant's authorization has ended", AuthorizationRevoked, advice=_AGAIN)
_APP = ErrorRule("the app is not known", AuthenticationFailed, advice=_KEYS)
_CODE = ErrorRule(
    "the authorization code is used up, or older than ten minutes", AuthenticationFailed, advice=_AGAIN
)
_NO_UNION = ErrorRule("a brand's member is named by its union_id, not by its open_id", RequestRejected)

SUB_CODES = ErrorTable(
    {
        "isp.service-error": _FAILED,
        "dop.service-error": _FAILED,
        "isp.service-error:20004": _BUSY,
        "isp.service-error:20005": _BUSY,
        NO_SUCH_CASE: ErrorRule("the after-sale case does not exist", RequestRejected),
        "dop.no-permissions": ErrorRule("the app lacks the permission", PermissionDenied, advice=_GRANT),
        "isv.app-permissions-insufficient": ErrorRule(
            "the app lacks the permission", PermissionDenied, advice=_GRANT
        ),
        "dop.app-forbidden": ErrorRule("the app is blocked", PermissionDenied),
        "dop.authorization-no-existed": _REVOKED,
        "dop.authorization-closed": _REVOKED,
        "isv.parameter-missing": ErrorRule("a parameter is missing", RequestRejected),
        "isv.missing-parameter": ErrorRule("a parameter is missing", RequestRejected),
        "isv.signature-missing": ErrorRule("the call was not signed", AuthenticationFailed),
        "isv.app-id-missing": ErrorRule("no app key was sent", AuthenticationFailed, advice=_KEYS),
        "isv.access-token-missing": ErrorRule("no token was sent", AuthenticationFailed),
        "isv.parameter-invalid": ErrorRule("a parameter is wrong", RequestRejected),
        "isv.parameter-format-invalid": ErrorRule("a parameter has a wrong form", RequestRejected),
        "isv.parameter-invalid:20008": ErrorRule("a page is longer than 100", RequestRejected),
        "isv.parameter-invalid:10035": ErrorRule("the page number is below zero", RequestRejected),
        "isv.parameter-invalid:20011": ErrorRule("no complete time range was sent", RequestRejected),
        "isv.parameter-invalid:20012": ErrorRule("combine_status has more than one element", RequestRejected),
        TOO_DEEP: ErrorRule("the range holds more than can be paged through", RequestRejected, advice=_PAGES),
        "isv.parameter-invalid:20022": ErrorRule("orders older than 90 days are not listed", RequestRejected),
        NO_SUCH_ORDER: ErrorRule("the order is not found, or is another shop's", RequestRejected),
        "isv.signature-invalid": ErrorRule("the signature is wrong", AuthenticationFailed, advice=_KEYS),
        "isv.app-id-invalid": _APP,
        "isv.app-id-expired": ErrorRule("the app's time is over", AuthenticationFailed),
        "isv.authorization-type-invalid": ErrorRule("the kind of authorization is wrong", RequestRejected),
        DUPLICATE: ErrorRule("this idempotent id was used already", RequestRejected),
        "isv.timestamp-invalid": ErrorRule(
            "the time stamp is too old", AuthenticationFailed, advice=_SECONDS
        ),
        "isv.timestamp-format-error": ErrorRule("the time stamp has a wrong form", RequestRejected),
        "isv.access-token-expired": ErrorRule("the token has expired", AuthenticationFailed, Policy.TOKEN),
        "isv.access-token-no-existed": _TOKEN_LOST,
        "isv.access-token-invalid": _TOKEN_LOST,
        "dop.token-generate-failed:app-id-invalid": _APP,
        "dop.token-generate-failed:app-secret-invalid": _APP,
        "dop.token-generate-failed:grant-type-invalid": ErrorRule(
            "the grant type is unknown", RequestRejected
        ),
        "dop.token-generate-failed:app-forbidden": ErrorRule("the app is blocked", PermissionDenied),
        "dop.token-generate-failed:code-invalid": _CODE,
        "dop.token-generate-failed:code-expired": _CODE,
        "dop.token-generate-failed:no-authorization": _REVOKED,
        "dop.token-generate-failed:token-expired": _REVOKED,
        "dop.token-generate-failed:token-invalid": _REVOKED,
        "dop.token-generate-failed": ErrorRule("no token was granted", AuthenticationFailed, advice=_KEYS),
        "isv.business-failed": ErrorRule("the business rules say no", RequestRejected),
        "isv.business-failed:300008": ErrorRule("some of the items failed", RequestRejected),
        "isv.business-failed:300003": ErrorRule("decryption failed", RequestRejected),
        "isv.business-failed:11001": ErrorRule(
            "this case can only be handled in the shop's console", RequestRejected
        ),
        "isv.business-failed:11005": ErrorRule("the operation on the case failed", RequestRejected),
        "isv.business-failed:20309541": ErrorRule(
            "the case has changed meanwhile", RequestRejected, advice="Read the case again."
        ),
        "isv.business-failed:628145015": ErrorRule(
            "this member is being changed by another call", PlatformUnavailable, Policy.BACKOFF, refused=True
        ),
        "isv.business-failed:628145003": ErrorRule("the open_id is wrong", RequestRejected),
        "isv.business-failed:628145004": ErrorRule("the buyer is no member", RequestRejected),
        "isv.business-failed:628145036": _NO_UNION,
        "isv.business-failed:628145010": ErrorRule(
            "the member is being migrated", PlatformUnavailable, Policy.BACKOFF, refused=True
        ),
        "isv.business-failed:628005200": ErrorRule("the shop has no membership", RequestRejected),
        "isv.business-failed:628002006": _LIMITED,
        "isv.business-failed:628004002": _FAILED,
        "isv.business-failed:628145000": _FAILED,
        "isv.business-failed:1031": ErrorRule("the page size is wrong", RequestRejected),
        "isv.business-failed:1032": ErrorRule("too many order ids, or wrong ones", RequestRejected),
        "isv.business-failed:1033": ErrorRule("neither a range nor order ids were sent", RequestRejected),
        "isv.business-failed:1039": ErrorRule("the range is wrong", RequestRejected, advice=_PAGES),
        "isv.business-failed:4168": ErrorRule("the range is too old", RequestRejected),
        "isv.traffic-limited": _LIMITED,
        "isp.traffic-limited": _LIMITED,
        "isp.api-service-off": ErrorRule("this call is no longer offered", RequestRejected),
        "isv.env-suspected": ErrorRule("the call was blocked by risk control", PermissionDenied),
        "dop.unknown-error": _FAILED,
    }
)
"""By ``sub_code``, with its detail or without it."""

_PREFIXES = {"isp.": _FAILED}


def _names(sub_code: str) -> Iterator[str]:
    yield sub_code
    name, _, detail = sub_code.rpartition(":")
    if (
        detail.isdigit()
    ):  # the detail alone tells enough, whatever it comes with: isv.parameter-invalid:628145003
        yield f"isv.business-failed:{detail}"
    if name:
        yield name


def rule_of(code: str, sub_code: str) -> ErrorRule:
    """What an answer means.

    ```python
    from privdomain.platforms.douyin.errors import rule_of

    assert rule_of("20000", "isp.service-error:9999").meaning == "the platform failed"
    assert rule_of("60000", "").refused
    ```
    """
    limited = CODES.rules["60000"]
    if code == "60000":
        return limited
    for name in _names(sub_code):
        if name in SUB_CODES.rules:
            return SUB_CODES.rules[name]
    for prefix, rule in _PREFIXES.items():
        if sub_code.startswith(prefix):
            return rule
    return CODES[code]
