"""Marts to the lake, and the checks that decide whether they may go there."""
