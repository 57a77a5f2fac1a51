"""The same pages by hand: one ``httpx.Client``, the token, the lists, a call for every order, ``json`` and no more."""

from __future__ import annotations

import httpx

VERSIONS = ("httpx",)


def prepare(params):
    client = httpx.Client(base_url=params["url"])
    wish = {"grant_type": "client_credential", "appid": params["app_id"], "secret": params["app_secret"]}
    token = client.post("/cgi-bin/stable_token", json=wish).json()["access_token"]

    def ask(path, body):
        answer = client.post(path, params={"access_token": token}, json=body).json()
        if answer["errcode"]:
            raise RuntimeError(answer["errmsg"])
        return answer

    def work():
        orders, key, more = [], "", True
        span = {"start_time": params["start"], "end_time": params["end"]}
        while more:
            page = ask(
                "/channels/ec/order/list/get", {"update_time_range": span, "page_size": 100, "next_key": key}
            )
            key, more = page["next_key"], page["has_more"]
            orders += [
                ask("/channels/ec/order/get", {"order_id": one})["order"] for one in page["order_id_list"]
            ]
        return [len(orders), sum(order["order_detail"]["price_info"]["order_price"] for order in orders)]

    return work
