"""Writes of workflows, and what they do to tickets."""
