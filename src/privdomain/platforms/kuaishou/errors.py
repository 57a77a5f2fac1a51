"""What 快手小店 says when something is wrong, as data: numbers, and words where it gives no number. kuaishou.md §3, §4

HTTP is 200 always; only ``result == 1`` is a success. Throttling, quotas and refused tokens have no documented
number and are known by their words, which therefore come first.
"""

from __future__ import annotations

from attrs import frozen

from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PermissionDenied,
    PlatformUnavailable,
    RateLimited,
    RequestRejected,
)
from privdomain.platforms._errors import ErrorRule, ErrorTable, Policy

__all__ = ["CASE_CHANGED", "ERRORS", "WINDOW_TOO_LONG", "rule_of"]

CASE_CHANGED = frozenset({"300014", "300017"})
"""The case has changed meanwhile: read it again, then decide again."""
WINDOW_TOO_LONG = frozenset({"300004", "300019"})
"""The window is longer than the platform allows at the moment: ask for a shorter one."""

_AGAIN = "The merchant has to authorize the application again: authorize(code) takes the new code."
_SCOPE = (
    "If a new token does not help, the authorization lacks the scope of this API: let the merchant give it."
)
_READ = "Read the case again, then decide again."
_SHORTER = "Ask for shorter windows."
_KEYS = "Check app_key, app_secret and the redirect address in the console."

ERRORS = ErrorTable(
    {
        "11": ErrorRule(
            "the order must not be shipped (a group is forming, or a risk check is on)", RequestRejected
        ),
        "21": ErrorRule("the order belongs to another seller than the token", RequestRejected),
        "24": ErrorRule(
            "the merchant has withdrawn the authorization", AuthorizationRevoked, Policy.TOKEN, _AGAIN
        ),
        "26": ErrorRule(
            "there is no main account behind the token",
            PermissionDenied,
            advice="APIs of a seller want a token of authorize(code); a deleted sub account has to authorize again.",
        ),
        "300002": ErrorRule("the type or status of the refund is wrong", RequestRejected),
        "300003": ErrorRule("the end of the window is before its begin", RequestRejected),
        "300004": ErrorRule("the window is too long", RequestRejected, advice=_SHORTER),
        "300005": ErrorRule("the window begins more than 90 days ago", RequestRejected),
        "300006": ErrorRule("the id of the case is empty", RequestRejected),
        "300007": ErrorRule("the text that asks the platform in is empty", RequestRejected),
        "300008": ErrorRule("the way of handling is wrong", RequestRejected),
        "300009": ErrorRule("the amount is zero", RequestRejected),
        "300010": ErrorRule("the status of the case does not allow it", RequestRejected),
        "300011": ErrorRule("there is no such case", RequestRejected),
        "300012": ErrorRule("the case is somebody else's", RequestRejected),
        "300013": ErrorRule("the buyer has withdrawn the case", RequestRejected),
        "300014": ErrorRule("the case has changed meanwhile", RequestRejected, advice=_READ),
        "300015": ErrorRule("more than three pictures", RequestRejected),
        "300016": ErrorRule("the state of negotiation is not valid", RequestRejected),
        "300017": ErrorRule("the state of negotiation has changed meanwhile", RequestRejected, advice=_READ),
        "300018": ErrorRule("the status of the case allows nothing any more", RequestRejected),
        "300019": ErrorRule(
            "the window is longer than allowed at the moment", RequestRejected, advice=_SHORTER
        ),
        "100200100": ErrorRule("the request is not valid", AuthenticationFailed, advice=_KEYS),
        "100200101": ErrorRule(
            "the application is not authorized to do this", AuthenticationFailed, advice=_KEYS
        ),
        "100200102": ErrorRule(
            "the refresh token or code was used before, is not valid, or was withdrawn",
            AuthorizationRevoked,
            advice=_AGAIN,
        ),
        "100200103": ErrorRule("the response type is not supported", AuthenticationFailed),
        "100200104": ErrorRule("the grant type is not supported", AuthenticationFailed),
        "100200105": ErrorRule("the grant is not valid", AuthenticationFailed, advice=_AGAIN),
        "100200106": ErrorRule("the scope is not valid", AuthenticationFailed),
        "100200107": ErrorRule("the open id is not valid", AuthenticationFailed),
        "100200500": ErrorRule("the authorization server is in trouble", PlatformUnavailable, Policy.BACKOFF),
    }
)


@frozen
class _Words:
    """Words that are known in a message, in lower case, and what they mean."""

    words: tuple[str, ...]
    rule: ErrorRule


_BY_WORDS = (
    _Words(("exceed qps limit",), ErrorRule("too many calls", RateLimited, Policy.BACKOFF, refused=True)),
    _Words(
        ("exceed quota limit",),
        ErrorRule("the day's quota is used up", RateLimited, Policy.DAY, "It is renewed on the next day."),
    ),
    _Words(
        ("无scope权限",),
        ErrorRule("the token lacks the scope of this API", PermissionDenied, advice=_SCOPE),
    ),
    _Words(
        ("鉴权失败", "token过期"),
        ErrorRule("the token was refused", AuthenticationFailed, Policy.TOKEN, _SCOPE),
    ),
    _Words(
        ("验签失败", "签名校验失败"),
        ErrorRule(
            "the signature was refused",
            AuthenticationFailed,
            advice="Check sign_secret: it is not app_secret, and the console shows both.",
        ),
    ),
)


def rule_of(code: str, said: str) -> ErrorRule:
    """What a refusal means.

    ```python
    from privdomain.errors import RateLimited
    from privdomain.platforms.kuaishou.errors import rule_of

    assert rule_of("0", "Exceed qps limit, KEY [apiId:1;appkey:ks1], MAX_QPS [300.0]").kind is RateLimited
    assert rule_of("21", "order operation reject").meaning == "the order belongs to another seller than the token"
    ```
    """
    text = said.lower()
    for known in _BY_WORDS:
        if any(word in text for word in known.words):
            return known.rule
    return ERRORS[code]
