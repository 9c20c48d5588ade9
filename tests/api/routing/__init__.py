"""Routing: who gets a ticket, and why."""
