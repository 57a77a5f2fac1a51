"""Observers for two monitoring systems, about ten lines each."""
