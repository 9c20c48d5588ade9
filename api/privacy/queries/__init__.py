"""Reads of what is held about people, and of what is about to be forgotten."""
