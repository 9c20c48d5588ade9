"""Writes to tickets: lock, check with rules, write, append."""
