"""The way from the log to the lake."""
