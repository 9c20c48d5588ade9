"""Tickets: rules, commands and lists."""
