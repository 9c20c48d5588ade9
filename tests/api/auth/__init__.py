"""Signing in, and what to do when one cannot."""
