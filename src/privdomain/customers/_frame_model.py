"""The manners of a model: what learns from named columns and is held to `privdomain.testing.check_model`.

``__init__`` only assigns; ``fit`` checks the parameters, learns, and returns the model; what is learned has a name
ending in ``_``; what was learned is plain JSON. scikit-learn's ``clone`` understands such a model, and nothing here
imports scikit-learn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import Parameter, signature
from typing import Any, ClassVar, Self, cast

from privdomain.errors import ArgumentError, NotFittedError, Problem, nearest

__all__ = ["FrameModel"]


class FrameModel:
    """Base of the models: parameters by name, a copy without what was learned, and JSON both ways."""

    kind: ClassVar[str]
    """What ``to_dict`` calls this model."""
    version: ClassVar[int]
    """The version of what ``to_dict`` writes; another one is refused by ``from_dict``."""
    learned: ClassVar[tuple[str, ...]]
    """The names that ``fit`` assigns, each ending in ``_``."""

    @classmethod
    def _names(cls) -> tuple[str, ...]:
        found = signature(cls.__init__).parameters.values()
        return tuple(each.name for each in found if each.kind is Parameter.KEYWORD_ONLY)

    def get_params(self, *, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002  (scikit-learn's clone passes it)
        """The parameters as they were given, by name."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Self:
        """Change parameters by name; what was learned stays until the next ``fit``.

        Raises:
            ArgumentError: for a name that is no parameter.
        """
        self._check_names(params)
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def clone(self) -> Self:
        """A new model with the same parameters that has learned nothing."""
        return type(self)(**self.get_params())

    def to_dict(self) -> dict[str, Any]:
        """Parameters and what was learned, as plain JSON values.

        Raises:
            NotFittedError: before ``fit``.
        """
        self._check_fitted()
        return {
            "kind": self.kind,
            "version": self.version,
            "params": {name: _plain(value) for name, value in self.get_params().items()},
            "learned": {name: _plain(getattr(self, name)) for name in self.learned},
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """The fitted model that ``to_dict`` wrote.

        Raises:
            ArgumentError: for another kind or version of document, or one with names missing or unknown.
        """
        found = (document.get("kind"), document.get("version"))
        if found != (cls.kind, cls.version):
            raise ArgumentError(
                f"this is kind {found[0]!r}, version {found[1]!r}; {cls.__name__}.from_dict reads kind "
                f"{cls.kind!r}, version {cls.version}"
            )
        if not all(isinstance(document.get(name), Mapping) for name in ("params", "learned")):
            raise ArgumentError(f"a {cls.kind} document has the objects 'params' and 'learned'")
        params: Mapping[str, Any] = document["params"]
        learned: Mapping[str, Any] = document["learned"]
        cls._check_names(params)
        wrong = set(learned).symmetric_difference(cls.learned)
        if wrong:
            raise ArgumentError(
                f"'learned' of a {cls.kind} document has exactly the names {', '.join(cls.learned)}",
                problems=[
                    Problem(f"learned.{name}", "is unknown" if name in learned else "is missing")
                    for name in sorted(wrong)
                ],
            )
        model = cls(**params)
        for name in cls.learned:
            setattr(model, name, learned[name])
        return model

    @classmethod
    def _check_names(cls, given: Mapping[str, Any]) -> None:
        names = cls._names()
        problems: list[Problem] = []
        for name in given:
            if name not in names:
                hint = nearest(name, names)
                problems.append(
                    Problem(name, "is no parameter" + (f", did you mean {hint!r}?" if hint else ""))
                )
        if problems:
            raise ArgumentError(f"{cls.__name__} takes {', '.join(names)}", problems=problems)

    def _check_fitted(self) -> None:
        if not all(name in vars(self) for name in self.learned):
            raise NotFittedError(
                f"this {type(self).__name__} has learned nothing yet; call .fit(frame) first"
            )

    def __repr__(self) -> str:
        defaults = {
            name: parameter.default
            for name, parameter in signature(type(self).__init__).parameters.items()
            if name in self._names()
        }
        changed = [
            f"{name}={value!r}" for name, value in self.get_params().items() if value != defaults[name]
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        mapping: Mapping[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]  (whatever was given)
        return {str(key): _plain(each) for key, each in mapping.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("Sequence[Any]", value)]
    return value
