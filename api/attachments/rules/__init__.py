"""What is true of a file before anybody trusts it: its name, and its type."""
