"""Reads of workflows and of what their conditions look at."""
