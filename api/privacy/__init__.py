"""What is held about people: given to them, taken out when they ask, and forgotten when its time is over.

No table of its own: it erases words in those of others. Appends: `person.exported`, `person.erased`, `attachment.removed`,
and `ticket.updated` where custom fields held words. Reacts to nothing.
"""
