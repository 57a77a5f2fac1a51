"""Write what in the documentation follows from the code, and build the site.

``python -m tools.docs`` writes one page under ``docs/reference`` for every public module, the table of endpoints, and
the navigation in ``mkdocs.yml`` from the folders and the pages' own headings; then builds ``site/`` strictly.
``--check`` writes nothing, says what is out of date, and builds into a scratch folder.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools import endpoints
from tools.wheel_smoke import is_public

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "privdomain"
DOCS = ROOT / "docs"
CONFIGURATION = ROOT / "mkdocs.yml"
# A folder is a section; its index.md comes first, then its pages by name.
SECTIONS = {
    "tutorial": "Tutorial",
    "how-to": "How-to",
    "explanation": "Explanation",
    "reference": "Reference",
    "compliance": "Compliance",
    "benchmarks": "Benchmarks",
    "design": "Design",
}
_WRITTEN = "<!-- Written by `make docs`; change the docstrings. -->"
_NAVIGATION = re.compile(r"(?<=# nav: begin \(written by `make docs`\)\n).*?(?=# nav: end)", re.DOTALL)


def _exports(tree: ast.Module) -> list[str]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return [str(name) for name in ast.literal_eval(value)]
            case _:
                pass
    return []


def documented(package: Path) -> dict[str, tuple[list[str], str]]:
    """Module → the names its page describes and the first line of its docstring, for every module with a page.

    What the door of a folder exports is described there and nowhere else.
    """
    found: dict[str, tuple[list[str], str]] = {}
    for file in sorted(package.rglob("*.py"), key=lambda file: (len(file.parts), file)):
        parts = file.relative_to(package.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        above = found.get(module.rpartition(".")[0], ([], ""))[0] if module.count(".") > 1 else []
        names = [name for name in _exports(tree) if name not in above]
        if names and all(map(is_public, module.split("."))):
            found[module] = (names, (ast.get_docstring(tree) or module).partition("\n")[0])
    return dict(sorted(found.items()))


def reference_pages(modules: dict[str, tuple[list[str], str]]) -> dict[Path, str]:
    """The text of every page under ``docs/reference``."""
    pages = {}
    rows = []
    for module, (exports, first_line) in modules.items():
        short = module.removeprefix("privdomain.")
        members = "".join(f"        - {name}\n" for name in exports if not name.startswith("__"))
        if module != "privdomain":
            text = f"{_WRITTEN}\n\n# {module}\n\n::: {module}\n    options:\n      members:\n{members}"
            pages[DOCS / "reference" / f"{short}.md"] = text
            rows.append(f"| [`{module}`]({short}.md) | {first_line} |")
    top = ", ".join(f"`{name}`" for name in modules["privdomain"][0])
    table = "\n".join(["| door | what it is for |", "|---|---|", *rows])
    pages[DOCS / "reference" / "index.md"] = (
        f"{_WRITTEN}\n\n# Reference\n\nThe package itself exports {top}; everything else has its own door.\n"
        f"[Endpoints](endpoints.md) lists what the platforms offer, call by call.\n\n{table}\n"
    )
    pages[DOCS / "reference" / "endpoints.md"] = endpoints.render(
        endpoints.collect(), written="<!-- Written by `make docs`; change the classes. -->"
    )
    return pages


def _title(page: Path, text: str) -> str:
    match = re.search(r"^# (.+)$", text, re.MULTILINE)
    if not match:
        raise SystemExit(f"{page} has no heading of the form '# Title'")
    return match[1].strip()


def navigation(pages: dict[Path, str]) -> str:
    """The ``nav`` of mkdocs.yml for these pages (path under ``docs`` → text)."""
    lines = ["nav:"]

    def entry(page: Path, indent: str, title: str | None = None) -> None:
        quoted = (title or _title(page, pages[page])).replace('"', "'")
        lines.append(f'{indent}- "{quoted}": {page.relative_to(DOCS).as_posix()}')

    entry(DOCS / "index.md", "  ", "privdomain")
    for folder, title in SECTIONS.items():
        inside = sorted(page for page in pages if page.relative_to(DOCS).parts[0] == folder)
        if not inside:
            continue
        lines.append(f'  - "{title}":')
        index = DOCS / folder / "index.md"
        if index in inside:
            lines.append(f"      - {index.relative_to(DOCS).as_posix()}")
        for page in inside:
            if page != index:
                entry(page, "      ")
    for page in sorted(page for page in pages if page.parent == DOCS and page.name != "index.md"):
        entry(page, "  ")
    return "\n".join(lines) + "\n"


def _wanted() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    written = reference_pages(documented(PACKAGE))
    kept = {
        page: page.read_text(encoding="utf-8")
        for page in DOCS.rglob("*.md")
        if page.parent.name != "reference"
    }
    configuration = CONFIGURATION.read_text(encoding="utf-8")
    text = navigation({**kept, **written})
    return {**written, CONFIGURATION: _NAVIGATION.sub(lambda _: text, configuration)}


def _outdated(wanted: dict[Path, str]) -> Iterator[Path]:
    for page, text in wanted.items():
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            yield page
    yield from (page for page in (DOCS / "reference").glob("*.md") if page not in wanted)


def _build(folder: str) -> int:
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--clean",
        "--site-dir",
        folder,
    ]
    # material's maintainers announce their next tool on every run
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False, env=environment
    ).returncode


def main(arguments: list[str]) -> int:
    """Write or check, then build."""
    wanted = _wanted()
    outdated = sorted(set(_outdated(wanted)))
    if arguments == ["--check"]:
        if outdated:
            print(
                "out of date, run `make docs`:",
                *(page.relative_to(ROOT) for page in outdated),
                file=sys.stderr,
            )
            return 1
        with tempfile.TemporaryDirectory() as folder:
            return _build(folder)
    for page in outdated:
        if page in wanted:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(wanted[page], encoding="utf-8")
        else:
            page.unlink()
        print(f"wrote {page.relative_to(ROOT)}" if page in wanted else f"removed {page.relative_to(ROOT)}")
    return _build(str(ROOT / "site"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
