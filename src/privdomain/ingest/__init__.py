"""EDGE in: platforms → store, each fact exactly once."""
