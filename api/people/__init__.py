"""Users, teams, skills and categories: who is there, what they can do, and where complaints belong.

Tables: `users`, `teams`, `team_members`, `skills`, `user_skills`, `categories`. Appends: `user.*`, `team.*`, `skill.*`,
`category.*`. Reacts to nothing; what an absence means for tickets is routing's.
"""
