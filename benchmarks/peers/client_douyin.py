"""The same pages of 抖店 by hand: one ``httpx.Client``, the signature, page after page, ``json`` and no more."""

from __future__ import annotations

import hashlib
import hmac
import json

import httpx

VERSIONS = ("httpx",)
PAGE = 10


def prepare(params):
    client = httpx.Client(base_url=params["url"], headers={"content-type": "application/json;charset=UTF-8"})
    key, secret, now = params["app_key"], params["app_secret"], str(params["now"])

    def ask(method, fields, token=None):
        body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        text = f"{secret}app_key{key}method{method}param_json{body}timestamp{now}v2{secret}"
        query = {
            "app_key": key, "method": method, "timestamp": now, "v": "2", "sign_method": "hmac-sha256",
            "sign": hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest(),
        }  # fmt: skip
        if token:
            query["access_token"] = token
        answer = client.post("/" + method.replace(".", "/"), params=query, content=body.encode()).json()
        if str(answer["code"]) != "10000":
            raise RuntimeError(answer["sub_msg"])
        return answer["data"]

    grant = {"code": "", "grant_type": "authorization_self", "shop_id": params["shop_id"]}
    token = ask("token.create", grant)["access_token"]

    def work():
        orders = []
        wish = {
            "create_time_start": params["start"], "create_time_end": params["end"],
            "order_by": "create_time", "order_asc": True, "size": PAGE,
        }  # fmt: skip
        while True:
            rows = ask("order.searchList", {**wish, "page": len(orders) // PAGE}, token)["shop_order_list"]
            orders += rows
            if len(rows) < PAGE:
                return [len(orders), sum(order["pay_amount"] for order in orders)]

    return work
