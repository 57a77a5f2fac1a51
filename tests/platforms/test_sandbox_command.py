"""The sandbox's front door, seen from outside: four platforms, one process of their own, and our clients as guests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import privdomain
from privdomain import sandbox
from privdomain.calendar import Period
from privdomain.errors import PlatformUnavailable
from privdomain.platforms import MemoryTokenStore, Retry
from privdomain.platforms.douyin import DouyinShop
from privdomain.platforms.kuaishou import KuaishouShop
from privdomain.platforms.wechat_shop import WeChatShop
from privdomain.platforms.xiaohongshu import XiaohongshuShop
from privdomain.sandbox import Fault, Sandbox

PLATFORMS = ("wechat_shop", "douyin", "kuaishou", "xiaohongshu")
SOLD = 3
COMMAND = [sys.executable, "-m", "privdomain.sandbox", "--platforms", ",".join(PLATFORMS)]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(privdomain.__file__).parents[1])}


def client_of(platform: str, known: dict[str, str], *, code: str, url: str, **options):
    """Our client, made of nothing but what the command says."""
    options |= {"base_url": url, "token_store": MemoryTokenStore()}
    app = {name: known[name] for name in ("app_id", "app_key", "app_secret", "sign_secret") if name in known}
    if platform == "wechat_shop":
        return WeChatShop(**app, **options)
    if platform == "douyin":
        return DouyinShop(**app, shop_id=known["shop_id"], **options)
    kind = KuaishouShop if platform == "kuaishou" else XiaohongshuShop
    shop = kind(**app, shop_id=known["shop_id"], **options)
    shop.authorize(code)
    return shop


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, tuple[str, str]]]:
    """Address and authorization code of every platform that the process serves."""
    command = [*COMMAND, "--sell", str(SOLD), "--seed", "7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline().split() for _ in PLATFORMS]
            yield {
                line[0]: (line[1], dict(word.split("=", 1) for word in line[2:]).get("code", ""))
                for line in lines
            }
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()


@pytest.fixture(scope="module")
def credentials() -> dict[str, dict[str, str]]:
    said = subprocess.run(
        [*COMMAND, "--credentials"], capture_output=True, text=True, check=True, env=ENVIRONMENT
    ).stdout
    return {line.split()[0]: json.loads(line.split(" ", 1)[1]) for line in said.splitlines()}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_client_needs_only_what_the_command_says(platform, served, credentials):
    """Address, credentials and code come from the two outputs; every made-up sale of the week is listed, once."""
    url, code = served[platform]
    now = datetime.now(UTC)
    with client_of(platform, credentials[platform], code=code, url=url) as shop:
        orders = list(shop.orders(created=Period(now - timedelta(days=8), now + timedelta(seconds=1))))

    assert len({order.order_id for order in orders}) == len(orders) == SOLD
    assert {order.platform for order in orders} == {platform}


def test_the_door_has_all_platforms_and_loads_each_when_it_is_named():
    """The names are in ``__all__``; a fresh process has none of the four packages but WeChat's after the import."""
    program = (
        "import sys, privdomain.sandbox as door; before = set(sys.modules); door.EmulatedKuaishou; "
        f"print(*[name for name in {PLATFORMS!r} if 'privdomain.sandbox.' + name in before], '|', "
        f"*[name for name in {PLATFORMS!r} if 'privdomain.sandbox.' + name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=ENVIRONMENT
    ).stdout.split()

    assert said == ["wechat_shop", "|", "wechat_shop", "kuaishou"]
    for name in ("EmulatedDouyin", "EmulatedKuaishou", "EmulatedXiaohongshu", "EmulatedWeChatOpenPlatform"):
        assert name in sandbox.__all__
        assert isinstance(getattr(sandbox, name), type)
    with pytest.raises(AttributeError, match="EmulatedDouyn"):
        _ = sandbox.EmulatedDouyn  # pyright: ignore[reportAttributeAccessIssue]


def test_without_names_it_is_a_wechat_store_alone():
    with Sandbox() as box:
        assert list(box.platforms) == ["wechat_shop"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_fault_meets_the_platform_it_is_meant_for(platform):
    """``fail_next(platform=…)``: that platform's next call fails, and the others' do not."""
    with Sandbox(platforms=PLATFORMS) as box:
        made = dict(box.platforms)
        codes = {"kuaishou": made["kuaishou"].consent(), "xiaohongshu": made["xiaohongshu"].consent()}
        shops = {
            name: client_of(
                name, vars(made[name]), code=codes.get(name, ""), url=box.url(name), retry=Retry(attempts=1)
            )
            for name in PLATFORMS
        }
        now = box.clock()
        hour = Period(now - timedelta(minutes=20), now)
        box.fail_next(Fault("server_error"), platform=platform)
        failed = []
        for name, shop in shops.items():
            with shop:
                try:
                    assert list(shop.orders(updated=hour)) == []
                except PlatformUnavailable:
                    failed.append(name)

    assert failed == [platform]
