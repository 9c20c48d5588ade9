"""Other systems are told of events: endpoints, signed calls, and what came of them.

Table: `webhooks`; calls wait in `deliveries`. Appends: `webhook.created`, `.updated`, `.disabled`, `.deleted`. Reacts to:
every event of tickets, comments, attachments and clocks.
"""
