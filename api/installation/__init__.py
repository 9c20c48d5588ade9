"""Settings of the installation: typed, with defaults, changed by an administrator, each change an event.

Table: `installation_settings`. Appends: `setting.changed`.
"""
