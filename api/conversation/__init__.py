"""Comments, public and internal: Markdown in, safe HTML out, mentions, edits with their history; and drafts of them.

Tables: `comments`, `comment_edits`, `ticket_watchers`, `drafts` (of which the log hears nothing).
Appends: `comment.added`, `comment.edited`.
"""
