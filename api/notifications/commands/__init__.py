"""Writes of notices, of what people choose, and of the words of e-mails."""
