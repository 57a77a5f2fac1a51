"""Build the wheel, install it alone into an empty environment, and import everything a user can import.

``python -m tools.wheel_smoke`` finds what only shows outside this repository: a development package imported by
mistake, a file missing from the wheel or one too many, a warning on import. The README's Python runs there too.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.environments import ROOT, build_wheel, create, install

_IMPORT_ALL = """
import importlib, sys
for blocked in {blocked!r}:
    sys.modules[blocked] = None
for name in {modules!r}:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        getattr(module, public)
from importlib.metadata import version
import privdomain
assert privdomain.__version__ == version("privdomain"), (privdomain.__version__, version("privdomain"))
assert "site-packages" in privdomain.__file__, privdomain.__file__
"""
# A slim distribution leaves these out of its metadata; every module must still import.
_SLIM = ("numpy", "polars", "scipy", "sklearn")


def is_public(part: str) -> bool:
    """Whether a component of a module's path can be written in an import, and is not private."""
    return part.isidentifier() and not part.startswith("_")


def public_modules(names: list[str]) -> list[str]:
    """The modules of the wheel that users may import from."""
    paths = (Path(name) for name in names if name.endswith(".py"))
    parts = (
        path.parent.parts if path.name == "__init__.py" else path.with_suffix("").parts for path in paths
    )
    return sorted(".".join(one) for one in parts if all(map(is_public, one)))


def check_contents(names: list[str]) -> list[str]:
    """What is wrong with the list of files in the wheel."""
    wrong = [
        f"{name} does not belong into the wheel"
        for name in names
        if not name.startswith("privdomain/") and not re.match(r"privdomain-[^/]+\.dist-info/", name)
    ]
    wrong += [
        f"{name} is not source"
        for name in names
        if name.endswith((".parquet", ".csv", ".gz", ".sqlite3", ".pyc"))
    ]
    if "privdomain/py.typed" not in names:
        wrong.append("privdomain/py.typed is missing: type checkers would ignore every annotation")
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in names):
        wrong.append("the licence is missing")
    return wrong


def readme_code(text: str) -> str:
    """The ``python`` fences of a page, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE))


def main() -> int:
    """Build, look inside, install, import, run."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        wheel = build_wheel(scratch / "dist")
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
        if wrong := check_contents(names):
            print(*wrong, sep="\n", file=sys.stderr)
            return 1
        python = create(scratch / "venv")
        install(python, [str(wheel)])
        modules = public_modules(names)
        programs = {
            f"import {len(modules)} public modules": _IMPORT_ALL.format(modules=modules, blocked=()),
            f"the same without {', '.join(_SLIM)}": _IMPORT_ALL.format(modules=modules, blocked=_SLIM),
            "the README's code": readme_code((ROOT / "README.md").read_text(encoding="utf-8")),
        }
        for what, program in programs.items():
            # -I: neither this folder nor PYTHONPATH may lend a module; warnings are errors
            done = subprocess.run(
                [str(python), "-I", "-W", "error", "-c", program],
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                check=False,
            )
            print(f"wheel smoke: {what}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
            if done.returncode:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
