"""Files of tickets: streamed into storage and out of it, told by their content, shown small when they are pictures.

Tables: `attachments`, `attachment_leftovers` (folders in storage that no attachment claims yet, or any more). Files of a
form that is still being filled in are among those: `staged.py` signs what brings them back.
Appends: `attachment.added`, `attachment.removed`.
"""
