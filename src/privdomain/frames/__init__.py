"""The same facts as columns: schemas with units, builders, checks."""
