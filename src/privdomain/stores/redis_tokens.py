"""Access tokens in Redis, shared by all processes that work for an account."""

from __future__ import annotations

from typing import Any, Protocol, Self, cast

from privdomain.errors import ArgumentError, MissingExtra
from privdomain.stores._kept import KeptToken, PlainTextAlarm, check_lease

__all__ = ["RedisClient", "RedisTokenStore"]

# One hash an account, so that a cluster keeps all of it on one node: value, version, until (when it is stale), owner
# and lease (until when he may renew), both in microseconds by the server's clock. TIME before a write needs Redis 5.
_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
"""
_GET = (
    _NOW
    + """
local found = redis.call('HMGET', KEYS[1], 'value', 'version', 'until')
if not found[2] then return false end
return {found[1], found[2], string.format('%.0f', found[3] - now)}
"""
)
_PUT = (
    _NOW
    + """
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'value', ARGV[1], 'version', string.format('%.0f', version + 1),
           'until', string.format('%.0f', now + ARGV[3]))
redis.call('HDEL', KEYS[1], 'owner', 'lease')
redis.call('PERSIST', KEYS[1])
return 1
"""
)
_CLAIM = (
    _NOW
    + """
local held = redis.call('HMGET', KEYS[1], 'owner', 'lease', 'version')
if held[1] and held[1] ~= ARGV[1] and tonumber(held[2]) > now then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'lease', string.format('%.0f', now + ARGV[2]))
if not held[3] then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[2] / 1000 + 1000)) end
return 1
"""
)
_RELEASE = """
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('HDEL', KEYS[1], 'owner', 'lease') end
return 1
"""
_MICROS = 1_000_000
_LONGEST_S = 100 * 366 * 86_400


class RedisClient(Protocol):
    """What is asked of a client of yours; ``redis.Redis`` and ``redis.RedisCluster`` have it."""

    def eval(self, script: str, numkeys: int, /, *keys_and_args: Any) -> Any:
        """Run a Lua script on the server."""
        ...


class RedisTokenStore:
    """Tokens in Redis (5 or later): a ``token_store=`` for clients in any number of processes.

    ``target`` is a URL (``redis://…``, which needs the extra ``redis``) or a blocking client of yours. Keys begin with
    ``prefix``. Entries never expire by themselves, because the refresh token is in them: let the server keep its data
    on disk, with a ``maxmemory-policy`` that evicts no keys without a time of their own.

    ```python
    from privdomain.stores import RedisTokenStore

    class Server:  # stands in for redis.Redis here
        def eval(self, script: str, numkeys: int, *keys_and_args: object) -> object:
            return None

    assert RedisTokenStore(Server(), prefix="brand:").get("douyin:shop 1") is None
    ```

    Raises:
        MissingExtra: for a URL where the package ``redis`` is not installed.
        ArgumentError: for what is neither a URL of Redis nor a client.
    """

    def __init__(self, target: str | RedisClient, *, prefix: str = "privdomain:token:") -> None:
        self._own: Any = None
        if isinstance(target, str):
            self._own = _open(target)
        elif not callable(getattr(target, "eval", None)):
            raise ArgumentError(
                f"a token store in Redis is made of a URL or a client, not of {type(target).__name__}"
            )
        self._client = cast("RedisClient", self._own if isinstance(target, str) else target)
        self._prefix = prefix
        self._alarm = PlainTextAlarm()

    def __repr__(self) -> str:
        return f"<RedisTokenStore prefix={self._prefix!r}>"  # a client's repr shows its password

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that this store opened; a client of yours stays open."""
        if self._own is not None:
            self._own.close()

    def get(self, key: str) -> KeptToken | None:
        """What is kept under ``key``, stale or not."""
        found = self._run(_GET, key)
        if not found:
            return None
        value, version, left_us = map(_text, found)
        return KeptToken(value=value, version=int(version), expires_in_s=int(left_us) / _MICROS)

    def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
        """Keep a value if the version there is still ``expected_version`` (0: nothing there); ends the lease."""
        self._alarm.see(value, where=self)
        lives_s = min(max(expires_in_s, -_LONGEST_S), _LONGEST_S)
        return bool(self._run(_PUT, key, value, expected_version, round(lives_s * _MICROS)))

    def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
        """Whether ``owner`` may renew for ``lease_s`` from now: nobody else has claimed it within his lease."""
        check_lease(lease_s)
        return bool(self._run(_CLAIM, key, owner, round(min(lease_s, _LONGEST_S) * _MICROS)))

    def release(self, key: str, *, owner: str) -> None:
        """Give a claim back; nothing happens if it is somebody else's."""
        self._run(_RELEASE, key, owner)

    def _run(self, script: str, key: str, *arguments: str | int) -> Any:
        return self._client.eval(script, 1, self._prefix + key, *arguments)


def _open(url: str) -> Any:
    if not url.startswith(("redis://", "rediss://", "unix://")):
        # not quoted: it may hold a password
        raise ArgumentError("this is no URL of Redis; expected redis://host:6379/0, rediss://… or unix://…")
    try:
        import redis  # noqa: PLC0415  (an extra: only who keeps tokens there has it)
    except ModuleNotFoundError:
        raise MissingExtra("redis", needed_for="a token store in Redis") from None
    return cast("Any", redis).Redis.from_url(url)


def _text(value: bytes | str | int) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
