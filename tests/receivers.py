"""A receiver of webhooks on loopback that behaves as badly as it is told."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from standardwebhooks import Webhook

CHUNK = b"x" * 65_536


class Call(msgspec.Struct, frozen=True):
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> Any:
        """The payload, once the signature holds. Raises WebhookVerificationError."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """Answers each call by the next of `answers`, the last one for ever: a status, `hang`, `close`, `flood`, `redirect`."""

    def __init__(self, answers: Iterable[int | str] = (204,)) -> None:
        self.answers = list(answers)
        self.calls: list[Call] = []
        self.arrived = asyncio.Event()
        self.sent_bytes = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.calls.append(Call(first.split()[1], headers, body))
        self.arrived.set()
        if answer == "close":
            return
        if answer == "hang":
            await reader.read()
            return
        if answer == "flood":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n")
            while True:
                writer.write(CHUNK)
                await writer.drain()
                self.sent_bytes += len(CHUNK)
        if answer == "redirect":
            writer.write(f"HTTP/1.1 302 Found\r\nlocation: {self.url}/there\r\ncontent-length: 0\r\n\r\n".encode())
        else:
            writer.write(f"HTTP/1.1 {answer} Whatever\r\ncontent-length: 2\r\n\r\nok".encode())
        await writer.drain()


@asynccontextmanager
async def receiving(*answers: int | str) -> AsyncGenerator[Receiver]:
    """A receiver that listens until the end of the block."""
    receiver = Receiver(answers or (204,))
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
