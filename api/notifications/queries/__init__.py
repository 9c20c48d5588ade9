"""Reads of notices, of what people chose, and of what an e-mail is made of."""
