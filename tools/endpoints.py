"""Write docs/reference/endpoints.md: every endpoint of every platform and what each shop can do, from the code.

`make docs` calls it. What is an endpoint is found by walking the folders of ``privdomain.platforms``, private modules
included, so that a new platform is in the table without being named anywhere.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

from attrs import fields, frozen

from privdomain import platforms
from privdomain.platforms import (
    Capability,
    KeyPaging,
    Limits,
    NumberPaging,
    Operation,
    Repeat,
    ShopCapabilities,
)

__all__ = ["PlatformEndpoints", "collect", "render"]

_HEAD = """# Endpoints

Every endpoint that has a class of its own, platform by platform, with what the platform limits and when a call may be
repeated although its answer was lost; before it, what the canonical methods of a shop can do there.
An endpoint that is missing here is [a class of a few lines](../how-to/add-an-endpoint.md).
"""
_ROWS = (
    "| operation | what it is for | call | pages | limits | may be repeated | documentation |\n"
    "|---|---|---|---|---|---|---|"
)
_CAPABILITIES = "| method | offered | to know |\n|---|---|---|"
_PAGE = re.compile(r"(?P<url>https?://\S+) \(read (?P<date>\d{4}-\d\d-\d\d)(?:, (?P<more>[^)]+))?\)")


@frozen(kw_only=True)
class PlatformEndpoints:
    """One platform: its folder, the first line of its docstring, its endpoints by path, and what its shop can do."""

    name: str
    title: str
    operations: tuple[type[Operation[Any]], ...]
    capabilities: ShopCapabilities | None


def collect(root: ModuleType = platforms) -> list[PlatformEndpoints]:
    """Every folder of a package that has an operation, by name."""
    found: list[PlatformEndpoints] = []
    for entry in pkgutil.iter_modules(root.__path__):
        if not entry.ispkg:
            continue
        package = importlib.import_module(f"{root.__name__}.{entry.name}")
        modules = list(_modules(package))
        operations = sorted(_operations(modules), key=lambda one: (one.path, one.__name__))
        if operations:
            title = (package.__doc__ or entry.name).strip().partition("\n")[0].partition(":")[0]
            found.append(
                PlatformEndpoints(
                    name=entry.name,
                    title=title,
                    operations=tuple(operations),
                    capabilities=_capabilities(modules),
                )
            )
    return sorted(found, key=lambda one: one.name)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(entry.name)


def _operations(modules: Iterable[ModuleType]) -> Iterator[type[Operation[Any]]]:
    """Each class once, where it is written; not the bases, and not what a generic base is filled in with."""
    for module in modules:
        for found in vars(module).values():
            if (
                inspect.isclass(found)
                and issubclass(found, Operation)
                and found.__module__ == module.__name__
                and "[" not in found.__name__
                and isinstance(getattr(found, "path", None), str)
            ):
                yield found


def _capabilities(modules: Iterable[ModuleType]) -> ShopCapabilities | None:
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, ShopCapabilities):
                return value
    return None


def render(found: Iterable[PlatformEndpoints], *, written: str) -> str:
    """The text of the page; ``written`` is the remark that says who wrote it."""
    return "\n".join([written, "", _HEAD, *(_platform(one) for one in found)])


def _platform(one: PlatformEndpoints) -> str:
    parts = [f"## {one.title}", "", f"`privdomain.platforms.{one.name}`", ""]
    if one.capabilities is not None:
        parts += [_CAPABILITIES, *_capability_rows(one.capabilities), "", _windows(one.capabilities), ""]
    parts += [_ROWS, *map(_row, one.operations), ""]
    return "\n".join(parts)


def _capability_rows(capabilities: ShopCapabilities) -> Iterator[str]:
    for field in fields(ShopCapabilities):
        value = getattr(capabilities, field.name)
        if isinstance(value, Capability):
            yield f"| `{field.name}` | {value.support} | {_cell(value.note)} |"


def _windows(capabilities: ShopCapabilities) -> str:
    parts = [
        f"orders in windows of {_span(capabilities.orders_window)}",
        f"after-sales in windows of {_span(capabilities.aftersales_window)}",
    ]
    kept = (("orders", capabilities.orders_kept), ("after-sales", capabilities.aftersales_kept))
    parts += [f"{what} of the last {_span(span)} only" for what, span in kept if span is not None]
    return f"Listed: {'; '.join(parts)}."


def _row(operation: type[Operation[Any]]) -> str:
    first_line = (operation.__doc__ or "").strip().partition("\n")[0]
    if operation.unconfirmed:
        first_line += f" **Unconfirmed:** {operation.unconfirmed}."
    cells = (
        f"`{operation.__name__}`",
        _cell(first_line),
        f"{operation.method} `{operation.path}`",
        _paging(operation.paging),
        _limits(operation.limits),
        _repeat(operation.repeat),
        _documentation(operation.page),
    )
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")


def _paging(paging: KeyPaging | NumberPaging | None) -> str:
    if paging is None:
        return ""
    return f"by {'key' if isinstance(paging, KeyPaging) else 'number'} (`{paging.sends}`)"


def _limits(limits: Limits) -> str:
    parts = (
        (limits.window, lambda value: f"{_span(value)} at once"),
        (limits.kept, lambda value: f"the last {_span(value)}"),
        (limits.page_size, lambda value: f"{value:,} a page"),
        (limits.depth, lambda value: f"{value:,} deep"),
        (limits.items, lambda value: f"{value:,} items a call"),
        (limits.per_second, lambda value: f"{value:,}/s"),
    )
    return ", ".join(say(value) for value, say in parts if value is not None)


def _repeat(repeat: Repeat) -> str:
    words = {"always": "yes", "with_key": f"by `{repeat.field}`", "never": "no"}
    return words[repeat.mode]


def _documentation(page: str) -> str:
    match = _PAGE.search(page)
    if match is None:
        return _cell(page)
    more = f" ({match['more']})" if match["more"] else ""
    return f"[{match['date']}]({match['url']}){more}"


def _span(span: timedelta) -> str:
    for unit, name in (
        (timedelta(days=1), "day"),
        (timedelta(hours=1), "hour"),
        (timedelta(minutes=1), "minute"),
    ):
        count, rest = divmod(span, unit)
        if count and not rest:
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{span.total_seconds():g} s"
