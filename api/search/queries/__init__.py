"""Reads of the search slice, each limited to what its reader may see."""
