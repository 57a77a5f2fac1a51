"""Write the JSON Schema of every model to ``schemas/``: ``python -m tests.models.write_schemas``."""

from __future__ import annotations

import json
from pathlib import Path

from privdomain.models import Model
from tests.models.strategies import ALL

FOLDER = Path(__file__).parent / "schemas"


def schema_text(model: type[Model]) -> str:
    return json.dumps(model.model_json_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for model in ALL:
        (FOLDER / f"{model.__name__}.json").write_text(schema_text(model), encoding="utf-8")


if __name__ == "__main__":
    write()
