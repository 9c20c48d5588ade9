"""Writes of accounts, sessions and tokens."""
