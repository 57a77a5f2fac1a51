"""The error codes of 微信小店 as data.

Source: the platform's general list (developers.weixin.qq.com/doc/store/shop/dev_before/commErrCode.md and
doc/channels/API/basics/commErrCode.html) and the pages of the single endpoints (product/stock_update.html,
aftersale/*.html, league/*.html), read 2026-11-24. What each of 40236 to 40239 means is grouped so in one source only.
"""

from __future__ import annotations

from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PermissionDenied,
    PlatformUnavailable,
    RateLimited,
    RequestRejected,
)
from privdomain.platforms._errors import ErrorRule, ErrorTable, Policy

__all__ = ["ERRORS", "NOT_A_MEMBER", "NO_SUCH_AFTERSALE", "NO_SUCH_ORDER", "NO_SUCH_PRODUCT"]

NO_SUCH_ORDER = "100002"
"""Order not found, or of another shop."""
NO_SUCH_PRODUCT = "10020052"
"""Product not found."""
NO_SUCH_AFTERSALE = "10021050"
"""After-sale case not found."""
NOT_A_MEMBER = "10100003"
"""The buyer is no member of the shop: no fault, but "nothing" as an answer."""

_CREDENTIALS = "Check app_id and app_secret in the shop's console."
_WHITE_LIST = "Add this machine's address to the IP white list in the shop's console."
_GRANT = "Grant the permission to the application, or use one that has it."
_QUOTA = "Wait until it is renewed, or clear it in the console (ten times a month)."
_AUTHORIZE = "Let the merchant authorize the application (again)."
_TICKET = "The platform pushes a new one every ten minutes; check that the application's webhook is reached."
_SPLIT = "Ask for shorter ranges."
_STAGE = "Read the case again: it may have moved on."
_ADDRESS = "Pass the id of one of the shop's return addresses."
_KEYS = "Set the keys of 服务端 API 签名 in the shop's console."
_CLOCK = "Check this machine's clock."
_SIGNED = "Signed calls (服务端 API 签名) are switched on for this account, and this one was not signed."

ERRORS = ErrorTable(
    {
        "-1": ErrorRule("the platform is busy", PlatformUnavailable, Policy.BACKOFF),
        "40001": ErrorRule(
            "the secret is wrong, or the token is not the latest",
            AuthenticationFailed,
            Policy.TOKEN,
            _CREDENTIALS,
        ),
        "40014": ErrorRule("the token is not valid", AuthenticationFailed, Policy.TOKEN),
        "42001": ErrorRule("the token has expired", AuthenticationFailed, Policy.TOKEN),
        "41001": ErrorRule("no token was sent", AuthenticationFailed),
        "41002": ErrorRule("no app id was sent", AuthenticationFailed, advice=_CREDENTIALS),
        "41004": ErrorRule("no secret was sent", AuthenticationFailed, advice=_CREDENTIALS),
        "41018": ErrorRule("no component app id was sent", AuthenticationFailed, advice=_CREDENTIALS),
        "40002": ErrorRule("the grant type is unknown", RequestRejected),
        "40003": ErrorRule("the openid is wrong, or belongs to another app id", RequestRejected),
        "40013": ErrorRule("the app id is unknown", AuthenticationFailed, advice=_CREDENTIALS),
        "40125": ErrorRule("the secret is wrong", AuthenticationFailed, advice=_CREDENTIALS),
        "40164": ErrorRule("this address is not on the white list", PermissionDenied, advice=_WHITE_LIST),
        "61004": ErrorRule("this address is not on the white list", PermissionDenied, advice=_WHITE_LIST),
        "45035": ErrorRule("this address is not on the white list", PermissionDenied, advice=_WHITE_LIST),
        "40066": ErrorRule("there is no such path", RequestRejected),
        "40097": ErrorRule("an argument is wrong", RequestRejected),
        "43001": ErrorRule("the request must be a GET", RequestRejected),
        "43002": ErrorRule("the request must be a POST", RequestRejected),
        "43003": ErrorRule("the request must come over HTTPS", RequestRejected),
        "44002": ErrorRule("the request has no body", RequestRejected),
        "45002": ErrorRule("the content is too long", RequestRejected),
        "45009": ErrorRule("the daily quota is used up", RateLimited, Policy.DAY, _QUOTA),
        "45011": ErrorRule("too many calls in this minute", RateLimited, Policy.MINUTE),
        "47001": ErrorRule(
            "the body has a wrong form or a wrong type (an id sent as a number)", RequestRejected
        ),
        "48001": ErrorRule("the account may not use this API", PermissionDenied, advice=_GRANT),
        "48004": ErrorRule("the API is forbidden to this account", PermissionDenied),
        "48006": ErrorRule("the quota resets of this month are used up", RateLimited),
        "50001": ErrorRule("the user has not authorised this", PermissionDenied, advice=_GRANT),
        "50002": ErrorRule("the account is limited", PermissionDenied),
        "61003": ErrorRule(
            "the merchant has not authorized this application", AuthorizationRevoked, advice=_AUTHORIZE
        ),
        "61005": ErrorRule("the ticket has expired", AuthenticationFailed, advice=_TICKET),
        "61006": ErrorRule("the ticket is wrong", AuthenticationFailed, advice=_TICKET),
        "61009": ErrorRule("the authorization code is wrong", RequestRejected, advice=_AUTHORIZE),
        "61010": ErrorRule("the authorization code has expired", RequestRejected, advice=_AUTHORIZE),
        "61011": ErrorRule("the component is wrong", AuthenticationFailed, advice=_CREDENTIALS),
        "61023": ErrorRule("the refresh token is not the latest", AuthorizationRevoked, advice=_AUTHORIZE),
        "61007": ErrorRule("the third party lacks this permission set", PermissionDenied, advice=_GRANT),
        "89501": ErrorRule(
            "the new address waits for the admin's consent", PermissionDenied, advice=_WHITE_LIST
        ),
        "89503": ErrorRule("the admin must confirm the new address", PermissionDenied, advice=_WHITE_LIST),
        "89506": ErrorRule("the admin refused this address for 24 hours", PermissionDenied),
        "89507": ErrorRule("the admin refused this address for an hour", PermissionDenied),
        "40230": ErrorRule("the certificate's number is missing", PermissionDenied, advice=_SIGNED),
        "40231": ErrorRule("the signature's time is missing", PermissionDenied, advice=_SIGNED),
        "40232": ErrorRule("the signature is missing", PermissionDenied, advice=_SIGNED),
        "40233": ErrorRule("the signature's app id is missing", PermissionDenied, advice=_SIGNED),
        "40234": ErrorRule("the signature is wrong", AuthenticationFailed),
        "40235": ErrorRule("the encryption is wrong", AuthenticationFailed),
        "40236": ErrorRule("the signature's app id is wrong", AuthenticationFailed),
        "40237": ErrorRule("the signature's app id is another one's", AuthenticationFailed),
        "40238": ErrorRule("there is no symmetric key", PermissionDenied, advice=_KEYS),
        "40239": ErrorRule("there is no asymmetric key", PermissionDenied, advice=_KEYS),
        # made anew for every attempt: a fresh clock is in the next one
        "40240": ErrorRule(
            "the signature's time has run out", AuthenticationFailed, Policy.BACKOFF, _CLOCK, refused=True
        ),
        "10080000": ErrorRule("the shop has given notice of closing", PermissionDenied),
        "10080001": ErrorRule("the shop is closed", PermissionDenied),
        "10080002": ErrorRule("the shop's account is a talent's", PermissionDenied),
        NO_SUCH_ORDER: ErrorRule("the order is not found, or is another shop's", RequestRejected),
        "100003": ErrorRule(
            "the order is being changed by somebody else", PlatformUnavailable, Policy.BACKOFF, refused=True
        ),
        "6060453": ErrorRule("the order has no virtual number", RequestRejected),
        "6060456": ErrorRule("the number has illegal characters", RequestRejected),
        "10020003": ErrorRule("the openid is wrong", RequestRejected),
        "10020004": ErrorRule("the range is longer than 24 hours", RequestRejected, advice=_SPLIT),
        "10020050": ErrorRule("the account may not change products", PermissionDenied, advice=_GRANT),
        "10020051": ErrorRule("a parameter of a product call is wrong", RequestRejected),
        NO_SUCH_PRODUCT: ErrorRule("the product is not found", RequestRejected),
        "10020054": ErrorRule("the stock could not be changed", RequestRejected),
        "10020055": ErrorRule("a parameter of a product call is wrong", RequestRejected),
        "10020067": ErrorRule(
            "the product is being uploaded", PlatformUnavailable, Policy.BACKOFF, refused=True
        ),
        "10020091": ErrorRule("the product is of a kind that has no such call", RequestRejected),
        "10020112": ErrorRule(
            "the stock of this SKU is changed too often", RateLimited, Policy.BACKOFF, refused=True
        ),
        "10020217": ErrorRule(
            "the product's draft is being audited", RequestRejected, advice="Wait until the audit is over."
        ),
        "10020218": ErrorRule("the stock is to be changed by nothing", RequestRejected),
        "10020219": ErrorRule("there is not so much stock to take away", RequestRejected),
        "10020220": ErrorRule("the stock would be more than there are vouchers", RequestRejected),
        "10020289": ErrorRule("the product has never been on sale", RequestRejected),
        # after-sale cases
        "10020000": ErrorRule("the id of the case is wrong", RequestRejected),
        "10020001": ErrorRule("the case is not at a stage for this", RequestRejected, advice=_STAGE),
        "10020261": ErrorRule("a text has characters that are not allowed", RequestRejected),
        "10021041": ErrorRule("the case is not at a stage for this", RequestRejected, advice=_STAGE),
        "10021043": ErrorRule("the case is another shop's", RequestRejected),
        "10021044": ErrorRule("too many users at once", PlatformUnavailable, Policy.BACKOFF),
        "10021045": ErrorRule("paying back has failed", RequestRejected, advice=_STAGE),
        "10021046": ErrorRule("the shop's account does not hold so much", RequestRejected),
        NO_SUCH_AFTERSALE: ErrorRule("the case is not found", RequestRejected),
        "10021057": ErrorRule("the case is not found", RequestRejected),
        "10021059": ErrorRule("one order is paid back once in a minute at most", RateLimited, Policy.MINUTE),
        "10021060": ErrorRule("a return needs an address", RequestRejected, advice=_ADDRESS),
        "10021062": ErrorRule("the return address is wrong", RequestRejected, advice=_ADDRESS),
        "10021068": ErrorRule(
            "this case cannot be refused outright",
            RequestRejected,
            advice="Offer something first (OfferAfterSale).",
        ),
        "10021083": ErrorRule("the request id is wrong", RequestRejected),
        "10021084": ErrorRule("the reason is none of the platform's", RequestRejected),
        "10021085": ErrorRule("the order could not be read", RequestRejected),
        "10021086": ErrorRule("virtual goods cannot be returned", RequestRejected),
        "10021088": ErrorRule("no case can be opened for this order by the shop", RequestRejected),
        "10021089": ErrorRule(
            "a case has been opened for this request id before",
            RequestRejected,
            advice="It was carried out: look for it among the order's cases.",
        ),
        "9700223": ErrorRule("the after-sale system has failed", PlatformUnavailable, Policy.BACKOFF),
        "9700224": ErrorRule("a parameter is wrong", RequestRejected),
        # the league
        "10023000": ErrorRule("a parameter is wrong", RequestRejected),
        "10023001": ErrorRule("the talent's id is wrong", RequestRejected),
        "10023007": ErrorRule("the shop has not joined the league", PermissionDenied),
        "10023100": ErrorRule("the type of promotion is wrong", RequestRejected),
        "10023101": ErrorRule("a product is named twice", RequestRejected),
        "10023102": ErrorRule("too many products at once", RequestRejected),
        "10023103": ErrorRule("there is no such product in the league", RequestRejected),
        "10023104": ErrorRule("the product is not on sale", RequestRejected),
        "10024000": ErrorRule("a parameter is wrong", RequestRejected),
        "10024006": ErrorRule("there is no such commission order", RequestRejected),
        "10071003": ErrorRule("a parameter is wrong", RequestRejected),
        "10071029": ErrorRule("the promoter is not bound to the agency", RequestRejected),
        "10100001": ErrorRule("the member system is busy", PlatformUnavailable, Policy.BACKOFF),
        "10100002": ErrorRule("a parameter is wrong", RequestRejected),
        NOT_A_MEMBER: ErrorRule("the buyer is not a member", RequestRejected),
        "10070000": ErrorRule("the WeChat id is wrong", RequestRejected),
        "10070001": ErrorRule("the sharer is already bound", RequestRejected),
        "10070002": ErrorRule("the limit of ten is reached", RequestRejected),
        "10070004": ErrorRule("the openid is wrong", RequestRejected),
        "10070005": ErrorRule("the person already shares for this shop", RequestRejected),
        "10070006": ErrorRule("a parameter is wrong", RequestRejected),
        "10070007": ErrorRule("the person works for this shop", RequestRejected),
    }
)
