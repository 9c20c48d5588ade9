"""The API as its own description says: schemathesis over every operation."""
