"""Search: tickets by words and filters, suggestions while typing, similar tickets, searches people keep.

Tables: `ticket_documents`, `saved_searches`. Appends `saved_search.*`. Reacts to `ticket.created`, `ticket.updated`,
`comment.added` and `comment.edited`, which change what a ticket says.
"""
