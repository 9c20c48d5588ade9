"""`/api/auth` and `/api/sessions`: one file per thing one does with one's sign-in, each with its router."""
