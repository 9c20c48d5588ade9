"""Mail that comes in, by a mailbox or the HTTP door: a new ticket, a comment on the one it answers, or a refusal with its reason.

Table: `inbound_messages`. Appends what the commands of people, tickets, conversation and attachments append.
"""
