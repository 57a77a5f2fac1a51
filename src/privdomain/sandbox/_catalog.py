"""Emulated platforms by their names: each is a module ``privdomain.sandbox.<name>`` with a class of that name."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any, cast

import privdomain.sandbox
from privdomain.errors import ArgumentError, nearest
from privdomain.sandbox._service import Platform

__all__ = ["known_platforms", "make_platform"]


def known_platforms() -> tuple[str, ...]:
    """The names of all platforms that this release emulates."""
    folders = (found.name for found in pkgutil.iter_modules(privdomain.sandbox.__path__) if found.ispkg)
    return tuple(sorted(name for name in folders if not name.startswith("_")))


def make_platform(name: str, *, clock: Callable[[], datetime], **options: Any) -> Platform:
    """A platform with its usual settings.

    Raises:
        ArgumentError: for a name that no platform has, with the nearest that one has.
    """
    known = known_platforms()
    if name not in known:
        close = nearest(name, known)
        like = f"; did you mean {close!r}?" if close else ""
        raise ArgumentError(f"no platform {name!r} is emulated{like} (there are: {', '.join(known)})")
    module = import_module(f"privdomain.sandbox.{name}")
    for found in vars(module).values():
        if isinstance(found, type) and getattr(found, "name", None) == name:
            return cast("Platform", found(clock=clock, **options))
    raise ArgumentError(f"privdomain.sandbox.{name} has no class whose name is {name!r}")
