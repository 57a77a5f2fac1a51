"""1,000 order pages from the sandbox, read as records, against bare httpx with the same requests and JSON parsing.

A page of 微信小店 is a list of ids and a call for each order: 1,000 orders are 10 lists and 1,000 calls, all by one
connection. Both sides fetch the token, walk the listing and read every order; ours makes `Order` records of them, the
peer leaves dicts. The sandbox runs in a process of its own and serves both, in turns. Generated orders, with a seed.

``douyin_ratio`` is the same race on 抖店, where every call is signed and whole orders come with the list: the 1,000
orders are 100 pages of 10.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

from benchmarks._sandbox_process import START
from benchmarks.harness import ROOT, Result, race

VERSIONS = ("httpx", "pydantic")
ORDERS = 1_000
DOUYIN_PAGES = 100


def prepare(params):
    from privdomain.calendar import Period
    from privdomain.platforms.wechat_shop import WeChatShop

    shop = WeChatShop(app_id=params["app_id"], app_secret=params["app_secret"], base_url=params["url"])
    period = Period(START, START + timedelta(minutes=ORDERS))

    def work():
        orders = list(shop.orders(updated=period))
        return [len(orders), sum(order.total.minor for order in orders)]

    return work


def run() -> Result:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._sandbox_process", json.dumps({"orders": ORDERS})],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT,
    )  # fmt: skip
    try:
        reached = json.loads(server.stdout.readline())
        times = {"start": int(START.timestamp()), "end": int(START.timestamp()) + ORDERS * 60 - 1}
        both = race("client", {**reached, **times}, runs=9, warmup=2)
        douyin = race("client_douyin", {**reached["douyin"], **times}, runs=9, warmup=2)
    finally:
        server.communicate()
    return Result(
        ours=both.ours.median * 1e3 / ORDERS,
        peer=both.peer.median * 1e3 / ORDERS,
        unit="ms per order page",
        n=both.runs,
        versions=both.versions,
        goal=0.8,
        quality={
            "same_answer_ok": both.ours.answer == both.peer.answer and both.ours.answer[0] == ORDERS,
            "spread": [round(both.ours.spread, 2), round(both.peer.spread, 2)],
            "douyin_ratio": round(douyin.peer.median / douyin.ours.median, 3),
            "douyin_ms_per_page": [
                round(one.median * 1e3 / DOUYIN_PAGES, 2) for one in (douyin.ours, douyin.peer)
            ],
            "douyin_same_answer_ok": douyin.ours.answer == douyin.peer.answer
            and douyin.ours.answer[0] == ORDERS,
        },
    )
