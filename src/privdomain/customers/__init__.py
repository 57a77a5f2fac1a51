"""KNOW: identity, traits, tags, segments, lifetime value. Import the rooms; this door loads nothing."""
