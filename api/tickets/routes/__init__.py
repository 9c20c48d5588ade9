"""`/api/tickets`: one file per thing one does with them, each with its router."""
