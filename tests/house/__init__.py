"""The house rules, checked by reading the house."""
