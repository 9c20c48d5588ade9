"""The log: what is written, read and sealed."""
