"""小红书 ARK on localhost, written from the reference alone (xiaohongshu-and-cps.md Part A).

It shares no code with the adapter that talks to the real one: the wire is written twice on purpose.
"""

from privdomain.sandbox.xiaohongshu._shop import GATEWAY, EmulatedXiaohongshu

__all__ = ["GATEWAY", "EmulatedXiaohongshu"]
