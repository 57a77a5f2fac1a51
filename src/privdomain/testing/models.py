"""What every model promises, as one function that a test calls.

A model learns from named columns with a meaning; its manners are those of a scikit-learn estimator, but it takes
frames and does not claim the official checks. A broken promise is an `AssertionError` that says which.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, Protocol, Self

import narwhals.stable.v2 as nw

from privdomain.errors import ArgumentError, NotFittedError

__all__ = ["Model", "check_model"]


class Model(Protocol):
    """What `check_model` needs to see of a model; the verb that uses what was learned has any name."""

    def fit(self, frame: Any, /) -> Self:
        """Learn from a frame."""
        ...

    def get_params(self) -> dict[str, Any]:
        """The parameters by name."""
        ...

    def set_params(self, **params: Any) -> Self:
        """Change parameters by name."""
        ...

    def clone(self) -> Self:
        """The same parameters, nothing learned."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Parameters and what was learned, as JSON values."""
        ...

    @classmethod
    def from_dict(cls, document: dict[str, Any], /) -> Self:
        """The model that ``to_dict`` wrote."""
        ...


def check_model(model: Model, frame: Any, *, verb: str) -> None:
    """Hold a model to its manners on one frame; ``verb`` is the method that takes and returns a frame.

    Checked: ``__init__`` only assigns; parameters are read and changed by name and ``fit`` leaves them alone; a clone
    has learned nothing; before ``fit`` the verb and ``to_dict`` raise `NotFittedError`; ``fit`` returns the model and
    assigns only names ending in ``_``; the same frame teaches the same and is answered the same; neither call
    changes the frame; the verb returns the kind of frame it got (as pandas and pyarrow too, where they are
    installed and the frame is eager); JSON of a fitted model gives a model with the same answers.

    ```python
    import polars as pl
    from privdomain.customers.segmentation import RFM
    from privdomain.testing import check_model

    customers = pl.DataFrame(
        {"days_since_last_order": [3, 40, 200], "orders": [9, 2, 1], "spend_minor": [90_000, 8_000, 1_500]}
    )
    check_model(RFM(), customers, verb="score")
    ```

    Raises:
        AssertionError: naming the promise that is not kept.
    """
    _check_assignment(model)
    _check_parameters(model)
    _check_not_fitted(model, frame, verb)
    _check_learning(model, frame, verb)
    _check_same_kind(model, frame, verb)
    _check_json(model, frame, verb)


def _check_assignment(model: Model) -> None:
    kind = type(model)
    names = [each.name for each in signature(kind.__init__).parameters.values() if each.name != "self"]
    for each in signature(kind.__init__).parameters.values():
        _promise(
            each.name == "self" or each.kind is Parameter.KEYWORD_ONLY,
            f"parameter {each.name} is keyword-only",
        )
    marks = {name: object() for name in names}
    marked = kind(**marks)
    kept = all(getattr(marked, name) is mark for name, mark in marks.items())
    _promise(kept, "__init__ assigns its arguments as they are, unchecked and uncopied")
    _promise(set(vars(marked)) == set(names), "__init__ assigns nothing else")
    got = marked.get_params()
    _promise(
        got.keys() == marks.keys() and all(got[name] is mark for name, mark in marks.items()),
        "get_params returns what was given",
    )


def _check_parameters(model: Model) -> None:
    params = model.get_params()
    copy = model.clone()
    _promise(type(copy) is type(model) and copy is not model, "clone makes another model of the same class")
    _promise(copy.get_params() == params, "a clone has the same parameters")
    _promise(not _learned(copy), "a clone has learned nothing")
    _promise(copy.set_params(**params) is copy, "set_params returns the model")
    try:
        copy.set_params(no_such_parameter=1)
    except ArgumentError:
        return
    _promise(kept=False, promise="set_params raises ArgumentError for an unknown name")


def _check_not_fitted(model: Model, frame: Any, verb: str) -> None:
    fresh = model.clone()
    calls: dict[str, Callable[[], object]] = {
        verb: lambda: getattr(fresh, verb)(frame), "to_dict": fresh.to_dict,
    }  # fmt: skip
    for name, call in calls.items():
        try:
            call()
        except NotFittedError:
            continue
        _promise(kept=False, promise=f"{name} raises NotFittedError before fit")


def _check_learning(model: Model, frame: Any, verb: str) -> None:
    before, params = _rows(frame), model.get_params()
    fitted = model.clone()
    given = set(vars(fitted))
    _promise(fitted.fit(frame) is fitted, "fit returns the model")
    new = set(vars(fitted)) - given
    _promise(bool(new), "fit learns something")
    odd = sorted(name for name in new if not name.endswith("_") or name.startswith("_"))
    _promise(not odd, f"learned names end in _ ({', '.join(odd)})")
    _promise(fitted.get_params() == params, "fit leaves the parameters alone")
    answer = _rows(getattr(fitted, verb)(frame))
    _promise(_rows(frame) == before, "the frame is left as it was")
    again = model.clone().fit(frame)
    _promise(again.to_dict() == fitted.to_dict(), "the same frame teaches the same")
    _promise(_rows(getattr(again, verb)(frame)) == answer, "the same frame is answered the same")
    _promise(fitted.fit(frame).to_dict() == again.to_dict(), "fitting again forgets what was learned before")


def _check_same_kind(model: Model, frame: Any, verb: str) -> None:
    fitted = model.clone().fit(frame)
    for same in (frame, *_other_kinds(frame)):
        answer = getattr(fitted, verb)(same)
        _promise(type(answer) is type(same), f"{verb} of a {type(same).__name__} is one")
        relearned = model.clone().fit(same)
        _promise(relearned.to_dict() == fitted.to_dict(), f"a {type(same).__name__} teaches the same")


def _check_json(model: Model, frame: Any, verb: str) -> None:
    fitted = model.clone().fit(frame)
    document = fitted.to_dict()
    read = type(model).from_dict(json.loads(json.dumps(document, allow_nan=False)))
    _promise(read.to_dict() == document, "from_dict reads what to_dict wrote")
    _promise(
        _rows(getattr(read, verb)(frame)) == _rows(getattr(fitted, verb)(frame)),
        "a model read from JSON gives the same answers",
    )
    _promise("version" in document, "to_dict says its version")
    try:
        type(model).from_dict({**document, "version": "of another age"})
    except ArgumentError:
        return
    _promise(kept=False, promise="from_dict raises ArgumentError for a version it does not know")


def _learned(model: Model) -> list[str]:
    return [name for name in vars(model) if name.endswith("_")]


def _other_kinds(frame: Any) -> list[Any]:
    opened = nw.from_native(frame)
    if isinstance(opened, nw.LazyFrame):
        return []
    others: list[Any] = []
    for convert in (opened.to_polars, opened.to_pandas, opened.to_arrow):
        try:
            others.append(convert())
        except ModuleNotFoundError:  # an extra that is not installed here
            continue
    return [other.to_native() if isinstance(other, nw.DataFrame) else other for other in others]


def _rows(frame: Any) -> list[str]:
    opened = nw.from_native(frame)
    lazy = isinstance(opened, nw.LazyFrame)
    eager = opened.collect() if isinstance(opened, nw.LazyFrame) else opened
    rows = [repr(dict(zip(eager.columns, row, strict=True))) for row in eager.iter_rows()]
    return sorted(rows) if lazy else rows  # a lazy frame promises no order


def _promise(kept: bool, promise: str) -> None:  # noqa: FBT001  (an assertion that outlives ``python -O``)
    if not kept:
        raise AssertionError(f"a model promises that {promise}")
