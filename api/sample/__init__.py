"""What a new installation starts with: default policies, and on request sample people and a plausible history."""
