"""Organisations that customers belong to: by the domain of their address, or because an administrator says so.

Tables: `organisations`, `users.organisation_id`. Appends: `organisation.created`, `organisation.updated`. Reacts to nothing.
"""
