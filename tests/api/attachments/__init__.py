"""Files: what is taken, what is refused, what stays behind."""
