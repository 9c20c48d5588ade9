"""The connections of one process: who listens to what, and telling each what it may know. All in memory, at once."""

from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Sequence

from api.events.readers import Position
from api.live.listener import Listener, text_of
from api.live.rules import ME, TICKETS, Announcement, may_be_told, ticket_of
from api.live.wire import Events, LiveEvent, Outgoing, Reload, TicketPresence, TicketTyping, Unsubscribed
from api.visibility import may_see_ticket

MAX_REMEMBERED = 50_000
"""Ids of events already told here. Who was told one that is forgotten gets it again, and drops it by its id."""


class Hub:
    """`listeners` counts the open connections: the gauge. Who holds `ticket:<id>` may see that ticket."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.position: Position | None = None
        """Up to here everything has been told; None while nobody listens."""
        self._by_topic: defaultdict[str, set[Listener]] = defaultdict(set)
        self._told: OrderedDict[int, None] = OrderedDict()

    @property
    def settled(self) -> Position:
        return self.position or Position()

    def was_told(self, event_id: int) -> bool:
        return event_id in self._told

    def join(self, listener: Listener, topics: Iterable[str]) -> None:
        """Listen to topics the listener has the right to."""
        for topic in topics:
            listener.topics.add(topic)
            self._by_topic[_key(listener, topic)].add(listener)

    def quit(self, listener: Listener, topics: Iterable[str]) -> list[str]:
        """Listen to these no more; returns those that were held."""
        held = [topic for topic in topics if topic in listener.topics]
        for topic in held:
            listener.topics.discard(topic)
            key = _key(listener, topic)
            self._by_topic[key].discard(listener)
            if not self._by_topic[key]:
                del self._by_topic[key]
        return held

    def leave(self, listener: Listener) -> None:
        """The connection is over."""
        self.quit(listener, list(listener.topics))
        self.listeners.discard(listener)

    def lose(self, listener: Listener, topics: Iterable[str]) -> None:
        """Take topics away, and say so."""
        if lost := self.quit(listener, topics):
            listener.put(text_of(Unsubscribed(topics=lost)))

    def tell(self, batch: Sequence[Announcement]) -> None:
        """Tell each listener those of the events that concern it and that it may know of, unless they were told before."""
        picked: dict[Listener, list[Announcement]] = {}
        for event in batch:
            if event.id in self._told:
                continue
            self._told[event.id] = None
            verdicts: dict[Hashable, bool] = {}
            for listener in self._concerned(event):
                verdict = verdicts.get(listener.audience)
                if verdict is None:
                    verdict = verdicts[listener.audience] = may_be_told(listener.actor, event)
                if verdict:
                    picked.setdefault(listener, []).append(event)
            self._take_away(event)
        while len(self._told) > MAX_REMEMBERED:
            self._told.popitem(last=False)
        texts: dict[Hashable, str] = {}
        for listener, events in picked.items():
            key = tuple((event.id, is_for(listener, event)) for event in events)
            if key not in texts:
                texts[key] = text_of(events_for(listener, events, self.settled))
            listener.put(texts[key])

    def tell_presence(self, presence: TicketPresence) -> None:
        """Tell who watches a ticket: the staff who is there, customers whether somebody writes to them."""
        people = text_of(presence)
        typing = text_of(TicketTyping(ticket_id=presence.ticket_id, is_agent_typing=presence.is_agent_typing))
        for listener in self._by_topic.get(f"ticket:{presence.ticket_id}", ()):
            listener.put(people if listener.actor.is_staff else typing)

    def tell_all(self, message: Outgoing) -> None:
        """Tell everybody the same."""
        text = text_of(message)
        for listener in self.listeners:
            listener.put(text)

    def start_anew(self, position: Position) -> None:
        """More was committed than can be told one by one."""
        self.position = position
        self.tell_all(Reload(position=position))

    def end_all(self, code: int) -> None:
        for listener in self.listeners:
            listener.end(code)

    def _concerned(self, event: Announcement) -> set[Listener]:
        if event.ticket_id is None:
            return self._by_topic.get(f"{ME}:{event.entity_id}", set())
        keys = [TICKETS, f"ticket:{event.ticket_id}", *(f"{ME}:{user_id}" for user_id in event.notified)]
        return set().union(*(self._by_topic.get(key, ()) for key in keys))

    def _take_away(self, event: Announcement) -> None:
        """Who cannot see the ticket since this event is not to learn who else looks at it."""
        if event.holders is not None:
            topic = f"ticket:{event.ticket_id}"
            for listener in list(self._by_topic.get(topic, ())):
                if not may_see_ticket(listener.actor, event.holders):
                    self.lose(listener, [topic])


def is_for(listener: Listener, event: Announcement) -> bool:
    """Whether there is a notice of the event for the listener's person, who wants to know."""
    return ME in listener.topics and listener.actor.id in event.notified


def concerns(listener: Listener, event: Announcement) -> bool:
    """Whether the event is of a topic the listener holds, and one it may know of."""
    is_of_topic = (
        ME in listener.topics
        if event.ticket_id is None
        else TICKETS in listener.topics or f"ticket:{event.ticket_id}" in listener.topics or is_for(listener, event)
    )
    return is_of_topic and may_be_told(listener.actor, event)


def events_for(listener: Listener, events: Iterable[Announcement], position: Position) -> Events:
    """The events as this listener is told of them."""
    return Events(
        events=[
            LiveEvent(
                id=event.id,
                action=event.action,
                entity_type=event.entity_type,
                entity_id=event.entity_id,
                ticket_id=event.ticket_id,
                version=event.version,
                is_for_me=is_for(listener, event),
            )
            for event in events
        ],
        position=position,
    )


def tickets_of(listener: Listener) -> dict[int, str]:
    """Topic by ticket, of those the listener holds."""
    return {ticket_id: topic for topic in listener.topics if (ticket_id := ticket_of(topic)) is not None}


def _key(listener: Listener, topic: str) -> str:
    return f"{ME}:{listener.actor.id}" if topic == ME else topic
