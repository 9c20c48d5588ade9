"""Comments, public and internal: Markdown in, safe HTML out, mentions, edits with their history.

Tables: `comments`, `comment_edits`, `ticket_watchers`.
Appends: `comment.added`, `comment.edited`.
"""
