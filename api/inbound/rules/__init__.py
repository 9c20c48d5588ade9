"""What is true of a mail: how it is read, which of its words are new, and why it may not come in."""
