"""The docstrings under a model's fields, read only when somebody asks for its JSON Schema.

pydantic can collect them itself (``use_attribute_docstrings``), but does so when the class is made: a millisecond
for each class at every import, for text that a running program never looks at.
"""

from __future__ import annotations

import ast
import inspect
from textwrap import dedent

__all__ = ["field_docs"]


def field_docs(model: type) -> dict[str, str]:
    """What the source says under each field of ``model`` and its bases; empty where there is no source."""
    docs: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if not owner.__module__.startswith("privdomain."):
            continue
        try:
            tree = ast.parse(dedent(inspect.getsource(owner))).body[0]
        except OSError:  # compiled or zipped away: a schema without descriptions is still right
            continue
        if isinstance(tree, ast.ClassDef):
            docs.update(_documented(tree))
    return docs


def _documented(tree: ast.ClassDef) -> dict[str, str]:
    docs: dict[str, str] = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        match (field, below):
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(doc))),
            ):
                docs[name] = inspect.cleandoc(doc)
            case _:
                pass
    return docs
