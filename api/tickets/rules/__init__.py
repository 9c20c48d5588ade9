"""What is true of a ticket: its number, its moves, who may set what."""
