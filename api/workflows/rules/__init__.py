"""What a workflow may say, whether its conditions hold, and where workflows call each other."""
