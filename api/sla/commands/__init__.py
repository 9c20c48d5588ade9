"""Writes of clocks, policies and calendars."""
