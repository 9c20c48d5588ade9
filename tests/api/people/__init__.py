"""The directory: people, teams, skills, categories."""
