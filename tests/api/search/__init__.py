"""What is found, by whom, and why."""
