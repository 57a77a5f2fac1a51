"""The open platform (微信开放平台) on localhost: an application, the shops that authorize it, and its pushes.

Source: wechat.md §2.3 and the pages under developers.weixin.qq.com/doc/oplatform/openApi (ticket-token,
authorization-management), read 2026-11-24.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from attrs import define

from privdomain.errors import ArgumentError
from privdomain.sandbox._service import Reply
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.server import UNREADABLE, Request
from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._pushes import PushDesk
from privdomain.sandbox.wechat_shop._replies import MESSAGES, Refusal, Speaker
from privdomain.sandbox.wechat_shop._shop import EmulatedWeChatShop, wall_clock

__all__ = ["DEFAULT_COMPONENT_APP_ID", "DEFAULT_COMPONENT_SECRET", "EmulatedWeChatOpenPlatform"]

DEFAULT_COMPONENT_APP_ID = "wxc0c0a9d0b0c0ffee"
DEFAULT_COMPONENT_SECRET = "c0c0a9d0c0c0a9d0c0c0a9d0c0c0a9d0"  # noqa: S105 — opens nothing but a sandbox

_BASE = "/cgi-bin/component/api_"
_LIFE_S, _TICKET_S, _CODE_S = 7200, 12 * 3600, 600


@define
class _Authorization:
    refresh: str
    token: str = ""
    live: bool = True


class EmulatedWeChatOpenPlatform:
    """One host for an application's endpoints and for its shops' own.

    A shop is reached with the token of an authorization: `authorize` gives one, `withdraw` takes it back, and both
    are told to the application; `push_ticket` is what it fetches its own token with. ``rotates`` lets every renewal
    give another refresh token and end the one before.

    ```python
    from privdomain.sandbox import EmulatedWeChatOpenPlatform, EmulatedWeChatShop

    platform = EmulatedWeChatOpenPlatform(shops=[EmulatedWeChatShop(app_id="wx5a9d0b0c00000001")])
    assert platform.push_ticket().topic == "component_verify_ticket"
    assert platform.authorize("wx5a9d0b0c00000001").topic == "authorized"
    ```
    """

    name = "wechat_open"
    secret_names = EmulatedWeChatShop.secret_names | {
        "component_access_token",
        "component_appsecret",
        "component_verify_ticket",
        "authorization_code",
        "authorizer_refresh_token",
    }
    codes = frozenset(map(str, MESSAGES))
    free_text: re.Pattern[bytes] = EmulatedWeChatShop.free_text

    def __init__(
        self,
        *,
        shops: Iterable[EmulatedWeChatShop],
        component_app_id: str = DEFAULT_COMPONENT_APP_ID,
        component_app_secret: str = DEFAULT_COMPONENT_SECRET,
        clock: Callable[[], datetime] = wall_clock,
        pushes: PushDesk | None = None,
        rotates: bool = False,
    ) -> None:
        self.component_app_id, self.component_app_secret = component_app_id, component_app_secret
        self.shops: Mapping[str, EmulatedWeChatShop] = {shop.app_id: shop for shop in shops}
        self.pushes = pushes or PushDesk(app_id=component_app_id, now=clock, form="xml")
        self._clock, self._rotates = clock, rotates
        self._speaker = Speaker(text_plain_every=7)
        self._lock = threading.RLock()
        self._tickets: dict[str, float] = {}
        self._tokens: dict[str, float] = {}
        self._codes: dict[str, tuple[str, float]] = {}
        self._authorizations: dict[str, _Authorization] = {}
        self._shop_of: dict[str, str] = {}
        self.renewals = 0
        """How many authorizer tokens were handed out by renewal."""

    @property
    def on_push(self) -> Callable[[OutgoingCall], None] | None:
        """Who delivers what is told."""
        return self.pushes.on_push

    @on_push.setter
    def on_push(self, deliver: Callable[[OutgoingCall], None] | None) -> None:
        self.pushes.on_push = deliver

    # --- what happens, and is told ---

    def push_ticket(self) -> OutgoingCall:
        """component_verify_ticket, as every ten minutes."""
        ticket = f"ticket@@@{secrets.token_urlsafe(48)}"
        with self._lock:
            self._tickets[ticket] = self._seconds() + _TICKET_S
        return self._tell("component_verify_ticket", ComponentVerifyTicket=ticket)

    def authorize(self, app_id: str) -> OutgoingCall:
        """A merchant authorizes the application (again); refresh tokens of before die."""
        self._known(app_id)
        code = f"queryauthcode@@@{secrets.token_urlsafe(32)}"
        expires = self._seconds() + _CODE_S
        with self._lock:
            before = self._authorizations.get(app_id)
            self._end(before)
            self._authorizations[app_id] = _Authorization(refresh=self._refresh_token())
            self._codes[code] = (app_id, expires)
        return self._tell(
            "updateauthorized" if before is not None and before.live else "authorized",
            AuthorizerAppid=app_id,
            AuthorizationCode=code,
            AuthorizationCodeExpiredTime=str(int(expires)),
            PreAuthCode="preauthcode@@@sandbox",
        )

    def withdraw(self, app_id: str) -> OutgoingCall:
        """A merchant takes his authorization back; his tokens end."""
        self._known(app_id)
        with self._lock:
            authorization = self._authorizations.get(app_id)
            self._end(authorization)
            if authorization is not None:
                authorization.live = False
        return self._tell("unauthorized", AuthorizerAppid=app_id)

    def event(self, app_id: str, name: str, payload: Mapping[str, Any]) -> OutgoingCall:
        """An event of a shop, sent to 消息与事件接收URL with the shop's app id in its path."""
        self._known(app_id)
        message = {
            "ToUserName": f"gh_{app_id[-12:]}",
            "FromUserName": "oSandboxBuyer",
            "CreateTime": int(self._seconds()),
            "MsgType": "event",
            "Event": name,
            **payload,
        }
        return self._deliver(self.pushes.call(name, message, path=f"/{app_id}"))

    def _tell(self, topic: str, **more: str) -> OutgoingCall:
        message = {
            "AppId": self.component_app_id,
            "CreateTime": int(self._seconds()),
            "InfoType": topic,
            **more,
        }
        return self._deliver(self.pushes.call(topic, message, outer="AppId"))

    def _deliver(self, call: OutgoingCall) -> OutgoingCall:
        if self.on_push is not None:
            self.on_push(call)
        return call

    def _known(self, app_id: str) -> None:
        if app_id not in self.shops:
            raise ArgumentError(f"there is no shop {app_id!r} here; there is {', '.join(self.shops)}")

    def _end(self, authorization: _Authorization | None) -> None:
        if authorization is not None:
            self._shop_of.pop(authorization.token, None)

    # --- what is answered ---

    def shows(self, quirk: FaultKind, request: Request) -> bool:
        """As the shop that the request is for."""
        shop = self._shop(request)
        return shop is not None and shop.shows(quirk, request)

    def refuse(self, code: str) -> Reply:
        """Say an error code without doing anything."""
        return self._speaker.refuse(Refusal(int(code)), at=self._seconds())

    def revoke_tokens(self) -> None:
        """Every token is refused from now on; refresh tokens stay good."""
        with self._lock:
            self._tokens.clear()
            self._shop_of.clear()

    def handle(self, request: Request, quirk: FaultKind | None) -> Reply:
        """Answer one request: an endpoint of the application, or one of the shop that its token belongs to."""
        at = self._seconds()
        try:
            if request.path.startswith(_BASE):
                return self._speaker.say(self._component(request, at))
        except Refusal as refusal:
            return self._speaker.refuse(refusal, at=at)
        shop = self._shop(request)
        return self.refuse("40001") if shop is None else shop.handle(request, quirk)

    def _shop(self, request: Request) -> EmulatedWeChatShop | None:
        with self._lock:
            return self.shops.get(self._shop_of.get(request.query.get("access_token", ""), ""))

    def _component(self, request: Request, at: float) -> dict[str, Any]:
        if request.method != "POST":
            raise Refusal(43002)
        document = request.document
        if document is None:
            raise Refusal(44002)
        if document is UNREADABLE or not isinstance(document, dict):
            raise Refusal(47001)
        fields = Fields(cast("dict[str, Any]", document))
        with self._lock:
            if fields.text("component_appid") != self.component_app_id:
                raise Refusal(61011)
            endpoint = request.path.removeprefix(_BASE)
            if endpoint == "component_token":
                return self._component_token(fields, at)
            self._check_token(request, at)
            match endpoint:
                case "create_preauthcode":
                    return {"pre_auth_code": f"preauthcode@@@{secrets.token_urlsafe(32)}", "expires_in": 600}
                case "query_auth":
                    return {"authorization_info": self._exchange(fields, at)}
                case "authorizer_token":
                    return self._renew(fields, at)
                case "get_authorizer_info":
                    authorization = self._live(fields.text("authorizer_appid"))
                    return {"authorization_info": {
                        "authorizer_appid": fields.text("authorizer_appid"),
                        "authorizer_refresh_token": authorization.refresh, "func_info": [],
                    }}  # fmt: skip
                case _:
                    raise Refusal(40066)

    def _component_token(self, fields: Fields, at: float) -> dict[str, Any]:
        secret = fields.text("component_appsecret")
        if not hmac.compare_digest(secret.encode(errors="replace"), self.component_app_secret.encode()):
            raise Refusal(40125)
        expires = self._tickets.get(fields.text("component_verify_ticket"))
        if expires is None:
            raise Refusal(61006)
        if expires <= at:
            raise Refusal(61005)
        token = f"{len(self._tokens) % 90 + 10}_{secrets.token_urlsafe(99)}"
        self._tokens[token] = at + _LIFE_S
        return {"component_access_token": token, "expires_in": _LIFE_S}

    def _check_token(self, request: Request, at: float) -> None:
        # current pages name it access_token, older ones component_access_token
        token = request.query.get("access_token") or request.query.get("component_access_token")
        if not token:
            raise Refusal(41001)
        expires = self._tokens.get(token)
        if expires is None:
            raise Refusal(40001)
        if expires <= at:
            raise Refusal(42001)

    def _exchange(self, fields: Fields, at: float) -> dict[str, Any]:
        app_id, expires = self._codes.pop(fields.text("authorization_code"), ("", 0.0))
        if not app_id:
            raise Refusal(61009)
        if expires <= at:
            raise Refusal(61010)
        authorization = self._live(app_id)
        return {
            "authorizer_appid": app_id,
            "authorizer_access_token": self._lend(app_id, authorization, at),
            "expires_in": _LIFE_S,
            "authorizer_refresh_token": authorization.refresh,
            "func_info": [{"funcscope_category": {"id": 131}}],
        }

    def _renew(self, fields: Fields, at: float) -> dict[str, Any]:
        app_id, refresh = fields.text("authorizer_appid"), fields.text("authorizer_refresh_token")
        authorization = self._live(app_id)
        if refresh != authorization.refresh:
            raise Refusal(61023)
        if self._rotates:
            authorization.refresh = self._refresh_token()
        self.renewals += 1
        return {
            "authorizer_access_token": self._lend(app_id, authorization, at),
            "expires_in": _LIFE_S,
            "authorizer_refresh_token": authorization.refresh,
        }

    def _live(self, app_id: str) -> _Authorization:
        authorization = self._authorizations.get(app_id)
        if authorization is None or not authorization.live:
            raise Refusal(61003)
        return authorization

    def _lend(self, app_id: str, authorization: _Authorization, at: float) -> str:
        self._end(authorization)
        authorization.token = f"{len(self._shop_of) % 90 + 10}_{secrets.token_urlsafe(99)}"
        self._shop_of[authorization.token] = app_id
        self.shops[app_id].lend_token(authorization.token, expires_at=at + _LIFE_S)
        return authorization.token

    @staticmethod
    def _refresh_token() -> str:
        return f"refreshtoken@@@{secrets.token_urlsafe(32)}"

    def _seconds(self) -> float:
        return self._clock().timestamp()
