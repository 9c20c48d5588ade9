"""Tests state a rule of the domain and would fail if it broke."""
