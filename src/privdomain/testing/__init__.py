"""For tests: the manners a model is held to, to be run on one's own models as on ours."""

from privdomain.testing.models import Model, check_model

__all__ = ["Model", "check_model"]
