"""Runs in an environment of its own: kwaixiaodian as it is published lists orders and reads each, and says what it saw.

Its ``OrderService.list`` leaves out parameters that the platform requires, and its response classes expect the list
in ``result``, so its own request classes are filled by hand and read as its ``SimpleResponse``; signing, encoding,
sending and reading are all the package's. Arguments come as JSON on standard input.
"""

import json
import sys

from kwaixiaodian.auth import SignMethod
from kwaixiaodian.client.main import SyncKwaixiaodianClient
from kwaixiaodian.models.base import SimpleResponse
from kwaixiaodian.models.order import OrderGetRequest, OrderListRequest


def main():
    asked = json.load(sys.stdin)
    client = SyncKwaixiaodianClient(
        app_key=asked["app_key"],
        app_secret=asked["app_secret"],
        sign_secret=asked["sign_secret"],
        server_url=asked["server_url"],
        sign_method=SignMethod[asked["sign_method"]],
    )
    found, cursor, pages = [], "", 0
    while cursor != "nomore":
        request = OrderListRequest(
            access_token=asked["access_token"], order_view_status=1, page_size=2, sort=2, query_type=1,
            begin_time=asked["begin"], end_time=asked["end"], cps_type=0, cursor=cursor,
        )  # fmt: skip
        data = client._base_client.execute(request, SimpleResponse).model_dump()["data"]
        pages += 1
        cursor = data["cursor"]
        for order in data["orderList"]:
            oid = str(order["orderBaseInfo"]["oid"])
            detail = OrderGetRequest(access_token=asked["access_token"], order_id=int(oid))
            whole = client._base_client.execute(detail, SimpleResponse).model_dump()["data"]
            found.append([oid, whole["orderBaseInfo"]["totalFee"], whole["orderItemInfo"]["itemTitle"]])
    json.dump({"orders": found, "pages": pages}, sys.stdout)


if __name__ == "__main__":
    main()
