"""``python -m benchmarks`` lists, ``python -m benchmarks NAME`` runs one, ``--all`` runs all and writes the table."""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import os
import sys

from benchmarks import _table
from benchmarks._environments import HERE

SOURCES = str(HERE.parent / "src")


def _names() -> dict[str, str]:
    """Every benchmark with the first line of its docstring."""
    found = {}
    for file in sorted(HERE.glob("[a-z]*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
            found[file.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main() -> int:
    # what is measured is this tree, installed or not, in this process and in every child
    sys.path.insert(0, SOURCES)
    os.environ["PYTHONPATH"] = os.pathsep.join([SOURCES, *filter(None, [os.environ.get("PYTHONPATH")])])
    names = _names()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", help="one of: " + ", ".join(names))
    parser.add_argument("--all", action="store_true", help="run all and write docs/benchmarks/results.md")
    asked = parser.parse_args()
    if asked.all:
        lines = []
        for name in names:
            print(f"# {name}: {names[name]}", flush=True)
            lines.append(importlib.import_module(f"benchmarks.{name}").run().line(name))
            print(lines[-1], flush=True)
        _table.write([json.loads(line) for line in lines], names)
        return 0 if all(json.loads(line)["quality"]["reached"] for line in lines) else 1
    if asked.name is None:
        width = max(map(len, names))
        print("\n".join(f"{name:<{width}}  {what}" for name, what in names.items()))
        return 0
    if asked.name not in names:
        parser.error(f"there is no benchmark {asked.name!r}; there are: {', '.join(names)}")
    result = importlib.import_module(f"benchmarks.{asked.name}").run()
    print(result.line(asked.name))
    return 0 if result.reached else 1


if __name__ == "__main__":
    sys.exit(main())
