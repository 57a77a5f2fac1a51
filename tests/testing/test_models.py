"""`check_model` notices a broken promise: each of these models breaks one."""

import polars as pl
import pytest

from privdomain.errors import ArgumentError, NotFittedError
from privdomain.testing import check_model

FRAME = pl.DataFrame({"x": [1, 2, 6]})


class Centered:
    """A model with manners: subtracts the mean it has learned."""

    def __init__(self, *, scale=1):
        self.scale = scale

    def get_params(self):
        return {"scale": self.scale}

    def set_params(self, **params):
        if set(params) - {"scale"}:
            raise ArgumentError("scale is the one parameter")
        vars(self).update(params)
        return self

    def clone(self):
        return type(self)(**self.get_params())

    def fit(self, frame):
        self.mean_ = sum(pl.from_dataframe(frame)["x"].to_list()) / len(frame)
        return self

    def center(self, frame):
        if "mean_" not in vars(self):
            raise NotFittedError("call fit first")
        values = pl.from_dataframe(frame)["x"]
        made = pl.DataFrame({"x": [(value - self.mean_) * self.scale for value in values.to_list()]})
        return _like(frame, made)

    def to_dict(self):
        if "mean_" not in vars(self):
            raise NotFittedError("call fit first")
        return {"version": 1, "scale": self.scale, "mean_": self.mean_}

    @classmethod
    def from_dict(cls, document):
        if document["version"] != 1:
            raise ArgumentError("version 1 is read")
        model = cls(scale=document["scale"])
        model.mean_ = document["mean_"]
        return model


def _like(frame, made):
    if isinstance(frame, pl.DataFrame):
        return made
    return made.to_arrow() if hasattr(frame, "schema") else made.to_pandas()


def test_a_model_with_manners_passes():
    """The model all others are made from keeps every promise."""
    check_model(Centered(scale=2), FRAME, verb="center")


class Converts(Centered):
    def __init__(self, *, scale=1):
        self.scale = [scale]


class LearnsInInit(Centered):
    def __init__(self, *, scale=1):
        self.scale = scale
        self.ready = True


class Positional(Centered):
    def __init__(self, scale=1):
        self.scale = scale


class TakesAnyName(Centered):
    def set_params(self, **params):
        vars(self).update(params)
        return self


class ClonesWhatItLearned(Centered):
    def clone(self):
        other = type(self)(**self.get_params())
        other.mean_ = 3
        return other


class AnswersBeforeFit(Centered):
    def center(self, frame):
        return frame


class ReturnsNothing(Centered):
    def fit(self, frame):
        super().fit(frame)


class LearnsUnderAnyName(Centered):
    def fit(self, frame):
        self.seen = len(frame)
        return super().fit(frame)


class ChangesParameters(Centered):
    def fit(self, frame):
        self.scale = 7
        return super().fit(frame)


class ChangesTheFrame(Centered):
    def center(self, frame):
        answer = super().center(frame)
        if isinstance(frame, pl.DataFrame):
            frame.replace_column(0, pl.Series("x", [0] * len(frame)))
        return answer


class Remembers(Centered):
    fits = 0

    def fit(self, frame):
        type(self).fits += 1
        super().fit(frame)
        self.mean_ += type(self).fits
        return self


class OneKindOut(Centered):
    def center(self, frame):
        return pl.DataFrame(super().center(frame))


class ForgetsInJson(Centered):
    @classmethod
    def from_dict(cls, document):
        return super().from_dict({**document, "scale": 1})


class ReadsAnyVersion(Centered):
    @classmethod
    def from_dict(cls, document):
        return super().from_dict({**document, "version": 1})


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (Converts, "assigns its arguments as they are"),
        (LearnsInInit, "assigns nothing else"),
        (Positional, "parameter scale is keyword-only"),
        (TakesAnyName, "set_params raises ArgumentError"),
        (ClonesWhatItLearned, "a clone has learned nothing"),
        (AnswersBeforeFit, "center raises NotFittedError before fit"),
        (ReturnsNothing, "fit returns the model"),
        (LearnsUnderAnyName, "learned names end in _ [(]seen[)]"),
        (ChangesParameters, "fit leaves the parameters alone"),
        (ChangesTheFrame, "the frame is left as it was"),
        (Remembers, "the same frame teaches the same"),
        (OneKindOut, "is one"),
        (ForgetsInJson, "from_dict reads what to_dict wrote"),
        (ReadsAnyVersion, "a version it does not know"),
    ],
)
def test_a_broken_promise_is_named(broken, promise):
    """The message of the AssertionError is the promise."""
    with pytest.raises(AssertionError, match=promise):
        check_model(broken(scale=2), FRAME, verb="center")
