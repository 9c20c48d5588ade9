"""What is said about a ticket."""
