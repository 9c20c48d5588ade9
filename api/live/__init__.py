"""What happened, told at once over one WebSocket, `/ws`; and who is looking at a ticket.

The log is what counts, Redis only makes it fast. Each process of the API announces what it commits, to its own
connections and over Redis to the other processes; and each follows the log a second behind, and tells what it was not
told. So commits of the sweep, a killed process and Redis being away delay an event, and lose none.

A client sends JSON, one object a message:

    {"type": "authenticate", "token": "…"}                       first, unless a cookie or a header signed it in
    {"type": "subscribe", "topics": ["tickets", "ticket:5", "me"], "position": {"tx": 7, "id": 9}}
    {"type": "unsubscribe", "topics": ["ticket:5"]}
    {"type": "presence", "ticket_id": 5, "state": "viewing"}     or replying, noting, away, gone; again within 20 s
    {"type": "ping"}

and gets `welcome`, `subscribed`, `events`, `reload`, `presence`, `typing`, `heartbeat`, `pong`, `problem`. `events` carry ids,
never texts: the client fetches what it shows, and so sees what it may. Each carries the position up to which nothing is
missing. After a reconnect the client subscribes to all its topics with its last position, gets all that came after it, and drops
the ids it has seen; `reload` says that too much came.

Close codes: 1008 too many messages, 1009 too long a message, 1012 the server stops, 1013 too slow a reader, 4401 not
signed in, or not any more.

Tables: none. Redis: channel `live`, hashes `presence:<ticket id>`. Events appended: none; it reads them all.
"""
