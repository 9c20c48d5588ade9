"""One file that holds an installation: both databases, the files of tickets, the lake; and the way back from it.

Reads all tables, owns none, appends no events. `save` writes the file, `restore` fills an empty installation from it,
`verify` looks whether what came out is what the record says.
"""
