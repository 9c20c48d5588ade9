"""Reads of policies, calendars, clocks and the reasons of deadlines."""
