"""Files of tickets: streamed into storage and out of it, told by their content, shown small when they are pictures.

Tables: `attachments`, `attachment_leftovers` (folders in storage that no attachment claims yet, or any more).
Appends: `attachment.added`, `attachment.removed`.
"""
