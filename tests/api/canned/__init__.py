"""Canned responses, macros, known answers."""
