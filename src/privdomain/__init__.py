"""privdomain: typed building blocks for private-domain e-commerce (私域电商).

``import privdomain`` loads nothing heavy; each part has its own door (``privdomain.rules``,
``privdomain.platforms.wechat_shop``, …) and pays for itself alone.
"""

from privdomain._version import __version__
from privdomain.errors import PrivdomainError
from privdomain.money import Money

__all__ = ["Money", "PrivdomainError", "__version__"]
