"""One client's connection: from its first message to the close."""

import asyncio
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import msgspec
import psycopg
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect
from msgspec.structs import replace

from api import log
from api.actor import Actor, may
from api.auth.authenticate import identify_credential
from api.auth.rules import digest
from api.events.readers import Position, committed_after
from api.live.hub import concerns, events_for, tickets_of
from api.live.listener import SIGNED_OUT, TOO_SLOW, Listener, text_of
from api.live.presence import list_presence, set_present
from api.live.process import HEARTBEAT_SECONDS, Live
from api.live.queries import announcements_of, list_visible_ids
from api.live.rules import Allowance, right_for, ticket_of
from api.live.wire import (
    MAX_TOPICS,
    Authenticate,
    ClientMessage,
    Ping,
    Pong,
    Refusal,
    Reload,
    SetPresence,
    Subscribe,
    Subscribed,
    TicketPresence,
    TicketTyping,
    Unsubscribe,
    Unsubscribed,
    Welcome,
)
from api.tasks import end

FIRST_MESSAGE_SECONDS = 10
SEND_SECONDS = 10
"""Who does not read for so long is cut off."""
CLOSE_SECONDS = 1
MAX_BYTES = 16_000
MAX_CATCH_UP = 1_000
"""Events after a client's position that are told one by one."""

TOO_MANY, TOO_LONG = 1008, 1009

Socket = WebSocket[Actor, Any, Any]

_decode = msgspec.json.Decoder(ClientMessage).decode
_log = log.get("live")
_catching_up = asyncio.Semaphore(4)
"""After a restart all clients come back at once; the pool is for requests too."""


async def serve(socket: Socket, live: Live) -> None:
    """Talk to a client until it goes, is cut off, or the server stops."""
    await socket.accept()
    listener = await _identified(socket)
    if listener is None:
        await _close(socket, SIGNED_OUT)
        return
    client = _Client(socket, live, listener)
    try:
        await live.enter(listener)
        listener.put(text_of(Welcome(user_id=listener.actor.id or 0, heartbeat_seconds=HEARTBEAT_SECONDS)))
        await _first_of(client.read(), client.write(), listener.ended.wait())
    finally:
        live.hub.leave(listener)
        await client.forget_presence()
        await _close(socket, listener.close_code)


async def _identified(socket: Socket) -> Listener | None:
    """The listener behind the cookie or the header, else behind the token in the first message; None for nobody."""
    actor, how, credential = socket.user, socket.auth, socket.headers.get("authorization", "").partition(" ")[2]
    if actor.id is None:
        try:
            async with asyncio.timeout(FIRST_MESSAGE_SECONDS):
                message = _decode(_body(await socket.receive()))
        except (TimeoutError, WebSocketDisconnect, msgspec.MsgspecError, UnicodeError):
            return None
        if not isinstance(message, Authenticate):
            return None
        credential = message.token
        actor, how = await identify_credential(socket.app.state, credential)
    if actor.id is None:
        return None
    known = digest(credential) if how == "token" else actor.session_id
    return Listener(replace(actor, ip=None, user_agent=None), known) if known is not None else None


class _Client:
    """What one connection asks for, done in the order it asks."""

    def __init__(self, socket: Socket, live: Live, listener: Listener) -> None:
        self.socket, self.live, self.listener = socket, live, listener
        self._name = secrets.token_hex(8)
        self._present_on: set[int] = set()

    async def read(self) -> None:
        """Take the client's messages until it goes."""
        allowance = Allowance(time.monotonic())
        while True:
            try:
                body = _body(await self.socket.receive())
            except (WebSocketDisconnect, UnicodeError):
                return None
            if len(body) > MAX_BYTES:
                return self.listener.end(TOO_LONG)
            if not allowance.takes(time.monotonic()):
                return self.listener.end(TOO_MANY)
            try:
                await self._take(_decode(body))
            except msgspec.MsgspecError as error:
                self._refuse("live.malformed", str(error))
            except (psycopg.Error, OSError) as error:
                _log.warning("live_refused", error=type(error).__name__)
                self._refuse("live.busy", "That did not work just now; try again in a moment.")

    async def write(self) -> None:
        """Send what there is to tell; a client that does not take it is cut off."""
        send, following = self.socket.send_data, self.listener.next
        while True:
            text = await following()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await send(text, mode="text")
            except TimeoutError:
                return self.listener.end(TOO_SLOW)
            except (OSError, RuntimeError, WebSocketDisconnect):
                return None

    async def forget_presence(self) -> None:
        """The connection is over, and so is what its person did in it."""
        for ticket_id in list(self._present_on):
            await self._set_presence(ticket_id, None)

    async def _take(self, message: ClientMessage) -> None:
        match message:
            case Subscribe():
                await self._subscribe(message.topics, message.position)
            case Unsubscribe():
                self._put(Unsubscribed(topics=self.live.hub.quit(self.listener, message.topics)))
            case SetPresence():
                await self._say_presence(message)
            case Ping():
                self._put(Pong())
            case Authenticate():
                self._refuse("live.authenticated", "This connection is signed in already.")

    async def _subscribe(self, asked: list[str], position: Position | None) -> None:
        """From before the log is read on, what happens is kept back and put after what happened: nothing falls between."""
        topics = await self._allowed(asked)
        listener, hub = self.listener, self.live.hub
        if len(listener.topics | set(topics)) > MAX_TOPICS:
            return self._refuse("live.topics", f"A connection holds at most {MAX_TOPICS} topics.")
        answers: list[str] = []
        listener.hold()
        try:
            hub.join(listener, topics)
            answers.append(text_of(Subscribed(topics=topics, position=position or hub.settled)))
            if position is not None:
                answers.append(await self._missed(position))
            answers += await self._presence(topics)
        finally:
            listener.release(*answers)

    async def _allowed(self, asked: list[str]) -> list[str]:
        """Those of the topics that exist and are this person's to hear."""
        actor = self.listener.actor
        topics = [topic for topic in dict.fromkeys(asked) if (right := right_for(topic)) and may(actor, right)]
        ticket_ids = [ticket_id for topic in topics if (ticket_id := ticket_of(topic)) is not None]
        if not ticket_ids:
            return topics
        async with self.live.reading(actor) as read:
            visible = set(await list_visible_ids(read, ticket_ids))
        return [topic for topic in topics if (ticket_id := ticket_of(topic)) is None or ticket_id in visible]

    async def _missed(self, position: Position) -> str:
        async with _catching_up, self.live.reading(self.listener.actor) as read:
            rows = await committed_after(read, position, MAX_CATCH_UP + 1)
            if len(rows) > MAX_CATCH_UP:
                return text_of(Reload(position=self.live.hub.settled))
            announcements = await announcements_of(read, rows)
        settled = max([position, *(row.position for row in rows if row.is_settled)])
        told = [event for event in announcements if concerns(self.listener, event)]
        return text_of(events_for(self.listener, told, settled))

    async def _presence(self, topics: list[str]) -> list[str]:
        ticket_ids = [ticket_id for topic in topics if (ticket_id := ticket_of(topic)) is not None]
        if not ticket_ids:
            return []
        found = await list_presence(self.live.redis, self.listener.actor, ticket_ids, self.live.clock())
        return [text_of(each if self.listener.actor.is_staff else _typing(each)) for each in found if each.is_known]

    async def _say_presence(self, message: SetPresence) -> None:
        if not self.listener.actor.is_staff or message.ticket_id not in tickets_of(self.listener):
            return self._refuse("live.presence", "Presence is shown by staff, on tickets they are subscribed to.")
        await self._set_presence(message.ticket_id, message)
        return None

    async def _set_presence(self, ticket_id: int, message: SetPresence | None) -> None:
        state = None if message is None or message.state == "gone" else message.state
        if state is None:
            self._present_on.discard(ticket_id)
        else:
            self._present_on.add(ticket_id)
        live = self.live
        changed = await set_present(live.redis, ticket_id, self._name, self.listener.actor, state, live.clock())
        if changed is not None:
            await live.relay.send_presence(changed)

    def _put(self, message: Pong | Unsubscribed | Refusal) -> None:
        self.listener.put(text_of(message))

    def _refuse(self, code: str, detail: str) -> None:
        self._put(Refusal(code=code, detail=detail))


def _typing(presence: TicketPresence) -> TicketTyping:
    return TicketTyping(ticket_id=presence.ticket_id, is_agent_typing=presence.is_agent_typing)


def _body(message: Any) -> bytes:
    """What the client sent. Raises WebSocketDisconnect when it is gone."""
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(detail="The client is gone.", code=message.get("code", 1006))
    return message.get("bytes") or (message.get("text") or "").encode()


async def _first_of(*parts: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end(*tasks)


async def _close(socket: Socket, code: int) -> None:
    """Say why, if that can still be said."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(code)
    except (TimeoutError, OSError, RuntimeError, WebSocketDisconnect):
        return
