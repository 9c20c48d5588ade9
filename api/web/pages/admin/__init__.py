"""The administrator's screens, one file each. `fields` and `screen` hold what their forms and lists have in common."""
