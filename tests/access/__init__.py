"""Who may do what: every operation of the API by every kind of caller."""
