"""Time spent on tickets: typed or timed, billable or not, summed up.

Table: `time_entries`. Appends: `time_entry.started`, `time_entry.added`, `time_entry.updated`, `time_entry.removed`.
"""
