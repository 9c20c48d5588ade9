"""`/metrics`: who may read it, what it says, and that it speaks for all processes."""
