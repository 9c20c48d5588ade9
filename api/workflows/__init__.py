"""What an administrator lets happen by itself: a trigger, conditions on the ticket, and actions in order.

Tables: `workflows` (kept when deleted: their runs stay), `workflow_runs`, `workflow_watches` and `workflow_firings` (the
sweep's place). Appends: `workflow.created`, `.updated`, `.toggled`, `.deleted`, `.fired` (by time) and `.stopped`; its
actions append whatever they change, as actor kind `workflow`. Reacts to: tickets', comments' and clocks' events.
"""
