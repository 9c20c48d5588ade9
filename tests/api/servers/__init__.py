"""What starts and watches the servers."""
