"""What holds for anything Hypothesis can think of."""
