"""What users can import is what we say it is, and nothing they need is missing from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import griffe
import pytest

from tests.quality._tree import SOURCES, is_public, parse, public_modules


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Module-level statements, those under ``if`` and ``try`` too (lazy doors import under TYPE_CHECKING)."""
    for statement in body:
        if isinstance(statement, ast.If | ast.Try):
            yield from _statements(statement.body)
            yield from _statements(statement.orelse)
        else:
            yield statement


def _surface(module: str, file: Path) -> tuple[set[str], list[str] | None]:
    """The public names a module makes (a door: also what it takes from its own rooms), and its ``__all__``."""
    bound: set[str] = set()
    exported = None
    door = file.name == "__init__.py"
    for statement in _statements(parse(file).body):
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                exported = ast.literal_eval(value)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if not ast.unparse(value).startswith(("TypeVar(", "ParamSpec(", "logging.getLogger(")):
                    bound.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                bound.add(name)
            case ast.ImportFrom(module=str(origin), names=names) if door and f"{origin}.".startswith(
                f"{module}."
            ):
                bound.update(name.asname or name.name for name in names)
            case _:
                pass
    return {name for name in bound if not name.startswith("_")}, exported


def _is_door(module: str) -> bool:
    """What users import from: a folder that exports something, or a module whose folder exports nothing."""
    file = public_modules()[module]
    folder = module.rpartition(".")[0]
    if file.name == "__init__.py" or folder in {"", "privdomain"}:
        return True
    return folder not in public_modules() or not _surface(folder, public_modules()[folder])[1]


@pytest.mark.parametrize("module", public_modules())
def test_all_is_what_the_module_has(module: str) -> None:
    """``__all__`` of a door is complete and true: every public name is in it, once, and every name in it exists.

    A room behind a door may have further names for its neighbours. That ``__all__`` is sorted is ruff's RUF022.
    """

    bound, exported = _surface(module, public_modules()[module])
    named = {name for name in exported or () if not name.startswith("__")}

    assert len(exported or ()) == len(set(exported or ())), f"{module}.__all__ repeats a name"
    if _is_door(module):
        assert named == bound, f"{module}: __all__ and what it really has differ by {sorted(named ^ bound)}"
    loaded = import_module(module)
    assert [name for name in exported or () if not hasattr(loaded, name)] == []


@cache
def _package() -> griffe.Module:
    loaded = griffe.load("privdomain", search_paths=[SOURCES], resolve_aliases=True, resolve_external=False)
    assert isinstance(loaded, griffe.Module)
    return loaded


def _module(name: str) -> griffe.Module:
    found = _package()
    for part in name.split(".")[1:]:
        found = found.modules[part]
    return found


def _exported() -> dict[str, griffe.Object]:
    """Every exported object by the path where it is defined, whichever doors it can be had from."""
    found = {}
    for module in map(_module, public_modules()):
        for name in module.exports or ():
            member = module.members[str(name)]
            target = member.final_target if isinstance(member, griffe.Alias) else member
            found[target.path] = target
    return found


def _annotations(thing: griffe.Object) -> Iterator[griffe.Expr]:
    """The annotations that a user of ``thing`` may have to write himself."""
    parts: list[object] = []
    if isinstance(thing, griffe.Function):
        parts += [thing.returns, *(parameter.annotation for parameter in thing.parameters)]
    elif isinstance(thing, griffe.Attribute):
        parts.append(thing.annotation)
    elif isinstance(thing, griffe.Class):
        for name, member in thing.members.items():
            public = not name.startswith("_") or name in {"__init__", "__call__", "__enter__", "__iter__"}
            if public and isinstance(member, griffe.Function | griffe.Attribute):
                yield from _annotations(member)
    yield from (part for part in parts if isinstance(part, griffe.Expr))


def test_every_type_in_a_public_signature_can_be_imported() -> None:
    """Whoever calls a public function can name what it takes and gives: its types are exported somewhere public."""

    exported = _exported()
    hidden = {
        f"{path}: {name.canonical_path}"
        for path, thing in exported.items()
        for annotation in _annotations(thing)
        for name in annotation.iterate(flat=True)
        if isinstance(name, griffe.ExprName)
        and name.canonical_path.startswith("privdomain.")
        # inside a class `date: date` is resolved to the field itself
        and not name.canonical_path.startswith(f"{path}.")
        and not _reachable(name.canonical_path, exported)
    }

    assert sorted(hidden) == []


def _reachable(path: str, exported: dict[str, griffe.Object]) -> bool:
    """Exported; or a type variable, which nobody imports; or a constrained builtin, which is written as the builtin."""
    try:
        thing = _package()[path.removeprefix("privdomain.")]
    except KeyError:
        return False
    target = thing.final_target if isinstance(thing, griffe.Alias) else thing
    if isinstance(target, griffe.Attribute) and str(target.value).startswith(
        ("TypeVar(", "ParamSpec(", "Annotated[")
    ):
        return True
    return target.path in exported


def test_every_exported_name_says_what_it_is_for() -> None:
    """Every exported class and function has a docstring, and so has every public module."""

    silent = [
        path for path, thing in _exported().items() if not thing.has_docstring and not thing.is_attribute
    ]
    silent += [name for name in public_modules() if is_public(name) and not _module(name).has_docstring]

    assert sorted(silent) == []
