"""SEE: what happened, and what to do next."""
