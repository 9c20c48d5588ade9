"""Reads of tickets, each limited to what its reader may see."""
