"""One predicate language with one meaning for a row, a frame and a cluster."""
