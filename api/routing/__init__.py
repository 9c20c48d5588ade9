"""Who gets a ticket: the agent with the least load and the best skill, chosen and assigned by one statement.

Tables: none of its own; writes `tickets.assigned_agent_id`, `tickets.is_awaiting_routing`, `users.last_assigned_at`.
Appends: `ticket.assigned`, `ticket.routing_failed`. Reacts to: `ticket.created`, `user.updated` (gone offline, left).
"""
