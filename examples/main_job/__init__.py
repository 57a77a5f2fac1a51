"""The main job on real orders: pull, know, tag, segment, and see whom to talk to. Run it with ``make demo``."""
