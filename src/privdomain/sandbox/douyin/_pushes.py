"""What the emulated 抖店 tells by itself, and what it asks: signed. douyin.md A1.3, A11."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.douyin._sign import event_sign, spi_sign
from privdomain.sandbox.pushes import OutgoingCall

__all__ = ["Teller"]


class Teller:
    """Makes signed deliveries and calls; ``on_push`` gets every delivery, where somebody listens."""

    def __init__(self, *, app_key: str, app_secret: str, clock: Callable[[], datetime]) -> None:
        self.app_key, self.app_secret = app_key, app_secret
        self._clock = clock
        self._telling = threading.Lock()
        self._told = 0
        self.on_push: Callable[[OutgoingCall], None] | None = None

    def now(self) -> datetime:
        """What this platform takes for the present moment."""
        at = self._clock()
        if at.tzinfo is None:
            raise ArgumentError("the clock of a sandbox returns aware datetimes; this one has no zone")
        return at

    def push(self, messages: list[dict[str, Any]], *, topic: str = "") -> OutgoingCall:
        """A signed delivery of messages as they are; handed to ``on_push``, where somebody listens."""
        body = json.dumps(messages, ensure_ascii=False, separators=(",", ":")).encode()
        sign = event_sign(body, app_key=self.app_key, secret=self.app_secret)
        headers = (("content-type", "application/json"), ("app-id", self.app_key), ("event-sign", sign))
        call = OutgoingCall(topic=topic or str(messages[0].get("tag")), headers=headers, body=body)
        if self.on_push is not None:
            self.on_push(call)
        return call

    def probe(self) -> OutgoingCall:
        """What is sent when the address is saved."""
        return self.push([{"tag": "0", "msg_id": "0", "data": self.now().strftime("%Y-%m-%d %H:%M:%S")}])

    def spi_call(
        self, topic: str, param: Mapping[str, Any], *, sign_method: str = "hmac-sha256"
    ) -> OutgoingCall:
        """A signed call that waits for an answer."""
        param_json = json.dumps(param, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        timestamp = str(int(self.now().timestamp()))
        signs = {
            name: spi_sign(
                app_key=self.app_key,
                param_json=param_json,
                timestamp=timestamp,
                secret=self.app_secret,
                sign_method=method,
            )
            for name, method in (("sign", sign_method), ("sign_v2", "hmac-sha256"))
        }
        query = (
            ("app_key", self.app_key),
            ("timestamp", timestamp),
            ("sign_method", sign_method),
            *signs.items(),
        )
        return OutgoingCall(topic=topic, query=query, body=param_json.encode())

    def tell_order(self, shop_id: str, tag: str, order: Mapping[str, Any]) -> None:
        """An order has changed."""
        data = {
            "p_id": int(order["order_id"]),
            "s_ids": [
                int(line["order_id"]) for line in order["sku_order_list"] if line["order_id"].isdigit()
            ],
            "shop_id": int(shop_id),
            "order_status": order["order_status"],
            "order_type": 0,
            "biz": 2,
            "create_time": order["create_time"],
            "update_time": order["update_time"],
        }
        self._tell(tag, data, order["update_time"])

    def tell_case(self, shop_id: str, tag: str, case: Mapping[str, Any]) -> None:
        """A case has changed."""
        data = {
            "aftersale_id": int(case["aftersale_id"]),
            "aftersale_status": case["status"],
            "aftersale_type": case["kind"],
            "p_id": int(case["order_id"]),
            "s_id": int(case["line"]["order_id"]),
            "shop_id": int(shop_id),
            "refund_amount": case["amount"],
            "apply_time": case["apply_time"],
            "update_time": case["update_time"],
        }
        self._tell(tag, data, case["update_time"])

    def _tell(self, tag: str, data: Mapping[str, Any], at: int) -> None:
        if self.on_push is None:
            return
        with self._telling:
            self._told += 1
            number = self._told
        message = {"tag": tag, "msg_id": f"6947{number:013d}::{tag}:{at}:{number}"}
        message["data"] = json.dumps(data, separators=(",", ":"))
        self.push([message])
