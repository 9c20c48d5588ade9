"""How many attempts are too many, such as failures to sign in: by account and by address, in Redis, or in memory while Redis is away."""

import hashlib
import time
from collections import OrderedDict
from typing import Any

from redis.exceptions import RedisError

from api.errors import TooMany

WINDOW_SECONDS = 600
MAX_FAILURES = 10
_MAX_KEYS = 10_000
_memory: OrderedDict[str, tuple[int, float]] = OrderedDict()


def keys_of(email: str, ip: str | None, act: str = "login") -> list[str]:
    """What an act is counted under: the account (hashed, so that Redis holds no address) and where it comes from."""
    account = hashlib.sha256(email.lower().encode()).hexdigest()[:32]
    return [f"{act}:account:{account}", *([f"{act}:ip:{ip}"] if ip else [])]


async def check_limit(redis: Any, keys: list[str], most: int = MAX_FAILURES) -> None:
    """Raise TooMany with the seconds to wait when one of the keys was counted `most` times in its window."""
    for key in keys:
        count, left = await _count(redis, key)
        if count >= most:
            raise TooMany("auth.too_many", "Too many attempts. Wait a little.", retry_after=max(1, int(left)))


async def note_failure(redis: Any, keys: list[str]) -> None:
    """Count one attempt under each key."""
    for key in keys:
        try:
            async with redis.pipeline(transaction=True) as pipe:
                await pipe.incr(key).expire(key, WINDOW_SECONDS, nx=True).execute()
        except (RedisError, OSError):
            _note_in_memory(key)


async def _count(redis: Any, key: str) -> tuple[int, float]:
    try:
        async with redis.pipeline(transaction=False) as pipe:
            count, left = await pipe.get(key).ttl(key).execute()
        return int(count or 0), left
    except (RedisError, OSError):
        count, until = _memory.get(key, (0, 0.0))
        left = until - time.monotonic()
        return (count, left) if left > 0 else (0, 0.0)


def _note_in_memory(key: str) -> None:
    count, until = _memory.pop(key, (0, 0.0))
    now = time.monotonic()
    _memory[key] = (count + 1, until) if until > now else (1, now + WINDOW_SECONDS)
    while len(_memory) > _MAX_KEYS:
        _memory.popitem(last=False)
