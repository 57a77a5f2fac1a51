"""What holds for every record, whatever it is about."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from datetime import datetime
from enum import Enum
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, ValidationError

import privdomain.models
from privdomain.models import Model, payload_error
from tests.models.strategies import ALL, records
from tests.models.write_schemas import FOLDER, schema_text

SENTINEL = "13800138000 王小明 secret"

every_model = pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
few = settings(max_examples=10, deadline=None)


def _mentions(annotation: Any, wanted: type) -> bool:
    return annotation is wanted or any(_mentions(arm, wanted) for arm in get_args(annotation))


@every_model
@few
@given(data=st.data())
def test_survives_every_journey(model, data):
    """Through JSON, plain Python and pickle a record comes back equal, and its JSON text is always the same."""
    record = data.draw(records(model))
    text = record.model_dump_json()

    assert model.model_validate_json(text) == record
    assert model.model_validate(record.model_dump()) == record
    assert pickle.loads(pickle.dumps(record)) == record
    assert model.model_validate_json(text).model_dump_json() == text


def _hide(value: Any) -> Any:
    """The record with the sentinel in every field that ``repr`` must not show, at every depth."""
    if isinstance(value, Model):
        fields = type(value).model_fields
        changed: dict[str, Any] = {}
        for name, field in fields.items():
            old = getattr(value, name)
            if field.repr:
                changed[name] = _hide(old)
            elif isinstance(old, str):
                changed[name] = SENTINEL
            elif isinstance(old, dict):
                changed[name] = {"note": SENTINEL}
            elif isinstance(old, bytes):
                changed[name] = SENTINEL.encode()
            elif isinstance(old, tuple):
                changed[name] = tuple(_hide(item) for item in old)
        return value.model_copy(update=changed)
    if isinstance(value, tuple):
        return tuple(_hide(item) for item in value)
    return value


@every_model
@few
@given(data=st.data())
def test_shows_nothing_personal(model, data):
    """Neither ``repr`` nor ``str`` shows what is in a personal field, however deep it lies."""
    record = _hide(data.draw(records(model)))

    for shown in (repr(record), str(record), f"{record}", repr([record])):
        assert "13800138000" not in shown
        assert "王小明" not in shown


PERSONAL = {"account", "address", "birthday", "buyer_note", "data", "nickname", "phone", "raw"}
ALSO_PERSONAL = {
    ("AfterSale", "description"), ("AfterSale", "evidence"), ("AfterSaleStep", "text"), ("Consent", "evidence"),
    ("Customer", "attributes"), ("Customer", "name"), ("Event", "properties"), ("Generated", "text"),
    ("IdentityKey", "value"), ("Intention", "payload"), ("LiveSession", "host"), ("Message", "fields"),
    ("Message", "text"), ("Receiver", "name"), ("ShipmentEvent", "text"),
}  # fmt: skip


@every_model
def test_personal_fields_are_marked(model):
    """A field that can name a person is hidden; a field of such a name in a new model has to be, too."""
    shown = {
        name
        for name, field in model.model_fields.items()
        if field.repr and (name in PERSONAL or (model.__name__, name) in ALSO_PERSONAL)
    }

    assert shown == set()


@every_model
def test_errors_show_nothing_personal(model):
    """What was refused is not quoted: neither by pydantic's own error nor by the payload error made of it."""
    wrong = {name: {"x": SENTINEL} for name in model.model_fields} | {"surplus": SENTINEL}

    with pytest.raises(ValidationError) as caught:
        model.model_validate(wrong)

    refused = payload_error(caught.value, kind="record", payload=wrong)
    for shown in (str(caught.value), str(refused), repr(refused)):
        assert "王小明" not in shown
    assert refused.payload is wrong


@every_model
@settings(max_examples=1, deadline=None)
@given(data=st.data())
def test_is_frozen_and_strict_about_names(model, data):
    """No field can be set, and a field that does not exist is an error."""
    record = data.draw(records(model))
    name = next(iter(model.model_fields))

    with pytest.raises(ValidationError, match="frozen"):
        setattr(record, name, getattr(record, name))
    with pytest.raises(ValidationError, match="surplus"):
        model.model_validate({**record.model_dump(), "surplus": 1})


def _fields_with(test) -> list[tuple[type[Model], str]]:
    return [(model, name) for model in ALL for name, field in model.model_fields.items() if test(field)]


def _is_id(field) -> bool:
    return any(getattr(part, "max_length", None) == 128 for part in field.metadata)


@pytest.mark.parametrize(
    ("model", "name"), _fields_with(_is_id), ids=lambda part: getattr(part, "__name__", part)
)
def test_ids_are_text(model, name):
    """An id that comes as a number is refused: it may have lost digits on the way."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate({name: 1234567890123456789})

    told = {detail["loc"]: detail["msg"] for detail in caught.value.errors()}
    assert "ids are text" in told[name,]


@pytest.mark.parametrize(
    ("model", "name"),
    _fields_with(lambda field: _mentions(field.annotation, AwareDatetime)),
    ids=lambda part: getattr(part, "__name__", part),
)
def test_moments_have_a_zone(model, name):
    """A naive datetime and a bare number name no moment."""
    for moment in (datetime(2026, 11, 11), "2026-11-11T20:00:00", 1_762_862_400, "1762862400", 1.5):
        with pytest.raises(ValidationError) as caught:
            model.model_validate({name: moment})

        assert any(detail["loc"] == (name,) for detail in caught.value.errors())


@every_model
def test_schema_is_as_published(model):
    """The JSON Schema is a contract: when it changes, ``python -m tests.models.write_schemas`` shows how."""
    assert schema_text(model) == (FOLDER / f"{model.__name__}.json").read_text(encoding="utf-8")


def test_no_schema_is_left_over():
    """A published schema belongs to a model that exists."""
    assert {path.stem for path in FOLDER.glob("*.json")} == {model.__name__ for model in ALL}


@every_model
def test_every_field_says_what_it_is(model):
    """Each field has a description, and each model names what it is."""
    schema = model.model_json_schema()
    described = [schema, *schema.get("$defs", {}).values()]
    bare = [
        f"{part['title']}.{name}"
        for part in described
        for name, field in part.get("properties", {}).items()
        if not field.get("description")
    ]

    assert bare == []
    assert schema["description"]


def _status_fields() -> list[tuple[type[Model], str]]:
    return [(model, name) for model in ALL for name in model.model_fields if name.startswith("platform_")]


@pytest.mark.parametrize(
    ("model", "name"), _status_fields(), ids=lambda part: getattr(part, "__name__", part)
)
def test_a_platforms_own_words_survive(model, name):
    """Every record that translates a platform's word keeps it, and has UNKNOWN for words this release does not know."""
    field = model.model_fields[name]
    assert field.annotation is str
    translated = model.model_fields.get(name.removeprefix("platform_"))

    if (
        translated is not None
        and isinstance(translated.annotation, type)
        and issubclass(translated.annotation, Enum)
    ):
        assert "unknown" in {member.value for member in translated.annotation}


def test_front_door_is_complete():
    """``__all__`` is what the door has: every public name of every file."""
    names = privdomain.models.__all__
    assert {model.__name__ for model in ALL} <= set(names)
    assert all(hasattr(privdomain.models, name) for name in names)


def _alone(code: str) -> str:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    return ran.stdout


def test_door_is_light():
    """The nouns load neither a frame engine nor a database nor an HTTP library."""
    heavy = ["polars", "numpy", "narwhals", "pandas", "sqlalchemy", "httpx", "anyio"]
    code = f"import sys, json, privdomain.models; print(json.dumps([m for m in {heavy} if m in sys.modules]))"

    assert json.loads(_alone(code)) == []


@pytest.mark.parametrize("seed", range(3))
def test_first_use_may_be_in_many_threads(seed):
    """Validators are made at first use; when many threads come at once for many models, all are served alike."""
    code = f"""
import json, random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from privdomain import models
from pydantic import ValidationError
names = [n for n in models.__all__ if isinstance(getattr(models, n), type) and issubclass(getattr(models, n), models.Model)]
gate = Barrier(16)
def first_use(number):
    mine = random.Random({seed} * 100 + number).sample(sorted(set(names) - {{"Model"}}), 8)
    gate.wait()
    said = []
    for name in mine:
        try:
            getattr(models, name).model_validate({{"surplus": 1}})
        except ValidationError as refused:
            said.append([name, sorted(str(detail["loc"]) for detail in refused.errors())])
    return said
with ThreadPoolExecutor(16) as pool:
    print(json.dumps(sum(pool.map(first_use, range(16)), [])))
"""
    told = json.loads(_alone(code))

    assert len(told) == 16 * 8
    for name, places in told:
        fields = getattr(privdomain.models, name).model_fields
        assert places == sorted(
            str((field,)) for field in [*(n for n in fields if fields[n].is_required()), "surplus"]
        )
