"""EDGE: facts and decisions in SQL databases."""
