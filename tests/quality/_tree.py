"""The source tree as the quality tests see it."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "src"
PACKAGE = SOURCES / "privdomain"


def module_name(file: Path) -> str:
    """``src/privdomain/models/order.py`` → ``privdomain.models.order``."""
    parts = file.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_public(module: str) -> bool:
    """Every component of the path can be written in an import, and none begins with an underscore."""
    return all(part.isidentifier() and not part.startswith("_") for part in module.split("."))


@cache
def source_files() -> dict[str, Path]:
    """Every module of the package, by name."""
    return {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def public_modules() -> dict[str, Path]:
    """The modules users may import from."""
    return {name: file for name, file in source_files().items() if is_public(name)}


@cache
def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file of the repository that git knows, or will know at the next ``git add .``."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())
