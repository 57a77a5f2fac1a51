"""Rules of the source text that no linter knows."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.quality._tree import PACKAGE, ROOT, parse, source_files, tracked_files

LOOK_TWICE, SPLIT = 400, 600


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def _assigned(tree: ast.AST, name: str) -> list[ast.expr]:
    """What a name is given anywhere in the file."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(to, ast.Name) and to.id == name for to in node.targets)
    ]


def _is_call_of(tree: ast.AST, value: ast.expr, functions: str) -> bool:
    """Whether a value is a call of a function that the pattern names, directly or through one variable."""
    if isinstance(value, ast.Name):
        given = _assigned(tree, value.id)
        return bool(given) and all(
            not isinstance(one, ast.Name) and _is_call_of(tree, one, functions) for one in given
        )
    return isinstance(value, ast.Call) and re.fullmatch(functions, ast.unparse(value.func)) is not None


def runs_text(tree: ast.AST) -> list[str]:
    """Every place that runs Python from a text: ``eval`` or ``exec`` of anything that ``compile`` did not make of
    ``ast`` nodes, and ``compile`` of anything else."""
    found = []
    for function, call in _calls(tree):
        runs = function in {"eval", "exec", "builtins.eval", "builtins.exec"}
        compiles = function in {"compile", "builtins.compile"}
        allowed = r"compile" if runs else r"ast\.(Expression|Module|Interactive|fix_missing_locations)"
        if (runs or compiles) and not (call.args and _is_call_of(tree, call.args[0], allowed)):
            found.append(f"line {call.lineno}: {ast.unparse(call)[:60]}")
    return found


@pytest.mark.parametrize(
    ("code", "clean"),
    [
        ('eval("1 + 1")', False),
        ("exec(text)", False),
        ('code = compile(text, "rule", "eval")\neval(code)', False),
        ('tree = ast.Expression(body)\ncode = compile(tree, "rule", "eval")\neval(code, names)', True),
        ('compile(ast.fix_missing_locations(tree), "rule", "eval")', True),
        ("pattern = re.compile(text)", True),
    ],
)
def test_the_check_for_eval_tells_text_from_nodes(code: str, clean: bool) -> None:
    """The check below can fail: text that is run is found, nodes that are compiled are not."""

    assert (runs_text(ast.parse(code)) == []) is clean


@pytest.mark.parametrize("module", source_files())
def test_no_text_is_ever_run_as_python(module: str) -> None:
    """``eval``, ``exec`` and ``compile`` never see a text: a rule that a user wrote cannot become Python."""

    assert runs_text(parse(source_files()[module])) == []


@pytest.mark.parametrize("module", source_files())
def test_loggers_are_ours_and_nothing_is_set_up(module: str) -> None:
    """Loggers are named ``privdomain…``; no module touches handlers, levels or the root logger."""

    wrong = []
    for function, call in _calls(parse(source_files()[module])):
        if function in {"getLogger", "logging.getLogger"}:
            name = call.args[0] if call.args else None
            ours = isinstance(name, ast.Name) and name.id == "__name__"
            ours |= isinstance(name, ast.Constant) and str(name.value).split(".")[0] == "privdomain"
            if not ours:
                wrong.append(f"line {call.lineno}: {ast.unparse(call)}")
        if re.search(r"(^|\.)(basicConfig|dictConfig|fileConfig|addHandler|disable_warnings)$", function):
            wrong.append(f"line {call.lineno}: {ast.unparse(call)}")

    assert wrong == []


def test_files_have_one_subject(capsys: pytest.CaptureFixture[str]) -> None:
    """No source file is longer than 600 lines, and the median is at most 200; those over 400 are listed."""

    lengths = {
        file.relative_to(ROOT): len(file.read_text(encoding="utf-8").splitlines())
        for folder in (PACKAGE, ROOT / "tools", ROOT / "benchmarks", ROOT / "examples")
        for file in folder.rglob("*.py")
        if ".envs" not in file.parts
    }
    long = {str(file): lines for file, lines in lengths.items() if lines > LOOK_TWICE}
    if long:
        with capsys.disabled():
            sys.stdout.write(f"\nlook twice (over {LOOK_TWICE} lines): {long}\n")

    assert {file: lines for file, lines in long.items() if lines > SPLIT} == {}
    assert sorted(lengths.values())[len(lengths) // 2] <= 200


# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.])/(?:ro" + r"ot|ho" + r"me/\w+|wo" + r"rk|Us" + r"ers/\w+)/\w|[A-Z]:\\Us" + r"ers\\",
    "an e-mail address": r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|cn|dev|me)\b(?<!@example\.com)(?<!@example\.org)",
    "a package registry's host": r"py" + r"pi\.org|python" + r"hosted\.org|registry\." + r"npmjs|deb\.deb" + r"ian\.org",
}  # fmt: skip


def _texts() -> Iterator[tuple[Path, str]]:
    for file in tracked_files():
        try:
            yield file.relative_to(ROOT), file.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture, a table
            continue


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_names_no_machine_person_or_registry(what: str) -> None:
    """No tracked file carries a path of a machine, an e-mail address or a package registry's host."""

    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{file}:{number}: {line.strip()[:100]}"
        for file, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a path of somebody's machine", "see /ho" + "me/ada/notes"),
        ("a path of somebody's machine", "C:\\Us" + "ers\\ada"),
        ("an e-mail address", "write to ada@lovelace" + ".org"),
        ("a package registry's host", "https://py" + "pi.org/simple"),
    ],
)
def test_the_patterns_find_what_they_are_for(what: str, text: str) -> None:
    """The check above can fail."""

    assert re.search(FORBIDDEN[what], text)


def test_every_dependency_earns_its_line() -> None:
    """Each run-time dependency and extra of the metadata is explained in docs/design/dependencies.md, and no other."""

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: packages for name, packages in project["optional-dependencies"].items() if name != "all"}
    required = {_package(requirement) for requirement in project["dependencies"]}
    page = (ROOT / "docs" / "design" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))

    assert explained == required | set(extras)
    missing = [
        one for packages in extras.values() for one in map(_package, packages) if f"`{one}`" not in page
    ]
    assert missing == []


def _package(requirement: str) -> str:
    return re.split(r"[\[>]", requirement)[0]
