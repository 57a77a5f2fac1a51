"""EDGE: the platforms' APIs, one core shared by all."""
