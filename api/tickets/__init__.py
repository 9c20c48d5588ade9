"""Tickets: opening, reading, changing, moving, assigning, escalating them.

Tables: `tickets`, `ticket_watchers`. Appends `ticket.*`. Reacts to `comment.added` (a customer's word moves a waiting
ticket on) and to `sla.breached` (an escalation clock that ran out escalates).
"""
