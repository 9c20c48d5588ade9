"""Fields an administrator adds to tickets: what they are, and which values they take.

Table: `custom_fields`; the values lie in `tickets.custom_attributes` under the field's key, and are written by `tickets`.
Appends: `custom_field.created`, `custom_field.updated`. Reacts to nothing.
"""
