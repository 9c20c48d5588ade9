"""Who is told of what, by which way, when not, and in which words."""
