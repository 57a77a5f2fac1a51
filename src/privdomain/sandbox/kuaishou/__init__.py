"""快手小店 on localhost, written from the platform's documentation alone (kuaishou.md).

It shares no code with the adapter that talks to the real one: the wire is written twice on purpose.
"""

from privdomain.sandbox.kuaishou._emulated import EmulatedKuaishou
from privdomain.sandbox.kuaishou._seller import KuaishouSeller

__all__ = ["EmulatedKuaishou", "KuaishouSeller"]
