"""Time as commerce needs it: periods, working days, festivals, business time, clocks."""
