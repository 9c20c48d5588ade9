"""What is survived: real processes, killed in the middle of their work."""
