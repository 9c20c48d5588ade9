"""What a person is told inside the app about the tickets they have to do with.

Table: `notifications`. Appends nothing: a notice is an effect of events, not a change. Reacts to: tickets', comments' and
clocks' events.
"""
