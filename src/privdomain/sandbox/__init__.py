"""EDGE: the platforms emulated on localhost."""
