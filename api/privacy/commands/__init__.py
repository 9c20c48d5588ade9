"""Taking out the words of people and of tickets."""
