"""The file: a tar, of which the last member says what all others have to be; inside age's encryption when asked for.

Without us it opens by `age --decrypt -i KEY FILE | tar x`, its dumps by `pg_restore`.
"""

import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import pyrage

FORMAT = 1
MANIFEST = "manifest.json"
AGE_MAGIC = b"age-encryption.org/"
PIECE_BYTES = 1024 * 1024


class Member(msgspec.Struct, frozen=True):
    """One file in the archive."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, kw_only=True):
    """What the archive holds, by name of member, and what cannot be read off its members.

    `secret_key` and `push_key` are there only in an encrypted archive. `gone` are files that were removed between the
    dump that names them and their copying.
    """

    format: int = FORMAT
    made_at: datetime
    revision: str
    has_warehouse: bool
    tickets: int
    events: int
    gone: list[str] = []
    secret_key: str = ""
    push_key: str = ""
    members: dict[str, Member] = {}


class Unreadable(ValueError):
    """The file is no backup, is damaged, or needs another key. The message is a sentence."""


class Pieces(io.RawIOBase):
    """A file to read from pieces of bytes, which remembers their hash."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._rest = b""
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        self.sha256.update(taken)
        return len(taken)


class Writer:
    """Adds members to an archive and keeps their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, Member] = {}

    def add(self, name: str, size: int, pieces: Iterable[bytes]) -> str:
        """Add one member of exactly `size` bytes; returns its SHA-256 in hex. Raises OSError when they end too early."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        source = Pieces(pieces)
        self._tar.addfile(info, io.BufferedReader(source, PIECE_BYTES))
        self.members[name] = Member(size, source.sha256.hexdigest())
        return self.members[name].sha256

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.add(name, path.stat().st_size, pieces_of(file))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, which makes the archive whole."""
        manifest.members = dict(self.members)
        body = msgspec.json.encode(manifest)
        self.add(MANIFEST, len(body), [body])


@contextmanager
def writing(path: Path, recipient: str) -> Generator[Writer]:
    """Write an archive of the members added in the block, readable by us alone; the file appears when it is whole.

    `recipient` is an age public key (`age1…`); empty leaves the archive open. Raises ValueError when it is no such key.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        try:
            with _encrypted(file, recipient) as sink, tarfile.open(fileobj=sink, mode="w|") as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            unfinished.unlink()
            raise
    unfinished.rename(path)


@contextmanager
def reading(path: Path, identity: Path | None) -> Generator[Iterator[tuple[str, IO[bytes]]]]:
    """The members in order, by name, each to be read before the next. `identity` is the file of an age secret key.

    Raises Unreadable.
    """
    with path.open("rb") as file, _decrypted(file, identity) as source:
        try:
            with tarfile.open(fileobj=source, mode="r|") as tar:
                yield _members(tar)
        except tarfile.TarError as error:
            raise Unreadable(f"{path} is no backup, or only the beginning of one.") from error


def check(path: Path, identity: Path | None) -> Manifest:
    """Read all of it and return its manifest. Raises Unreadable unless every byte is as it was written."""
    found: dict[str, Member] = {}
    manifest = b""
    with reading(path, identity) as members:
        for name, member in members:
            if name == MANIFEST:
                manifest = member.read()
                continue
            digest, size = hashlib.sha256(), 0
            for piece in pieces_of(member):
                digest.update(piece)
                size += len(piece)
            found[name] = Member(size, digest.hexdigest())
    try:
        told = msgspec.json.decode(manifest, type=Manifest)
    except msgspec.DecodeError as error:
        raise Unreadable(f"{path} is no backup, or only the beginning of one.") from error
    if told.format != FORMAT:
        raise Unreadable(f"{path} has format {told.format}; this version reads format {FORMAT}.")
    if wrong := sorted(
        name for name in found.keys() | told.members.keys() if found.get(name) != told.members.get(name)
    ):
        raise Unreadable(f"{path} is damaged: {wrong[0]} is not as it was written.")
    return told


def make_key(path: Path) -> str:
    """Write a new age secret key, readable by us alone; returns its public half. Raises FileExistsError."""
    identity = pyrage.x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file's bytes in pieces of PIECE_BYTES."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for info in tar:
        content = tar.extractfile(info)
        if content is None:
            raise tarfile.ReadError(f"{info.name} is no file")
        yield info.name, content


@contextmanager
def _encrypted(file: io.BufferedIOBase, recipient: str) -> Generator[io.BufferedIOBase]:
    """What is written to the result goes to `file` encrypted, by a thread of its own."""
    if not recipient:
        yield file
        return
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise ValueError(f"REDRESS_BACKUP_RECIPIENT is no age public key: {error}") from error
    with _through(lambda source: pyrage.encrypt_io(source, file, [to])) as sink:
        yield sink


@contextmanager
def _through(work: Callable[[io.BufferedIOBase], object]) -> Generator[io.BufferedIOBase]:
    """A file to write to, while `work` reads what is written; ends when both are done. Raises what `work` raised."""
    failures: list[BaseException] = []
    out, into = os.pipe()

    def run() -> None:
        with os.fdopen(out, "rb") as source:
            try:
                work(source)
            except BaseException as error:
                failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with os.fdopen(into, "wb") as sink:
            yield sink
    except BrokenPipeError:
        if not failures:
            raise
    finally:
        thread.join()
    if failures:
        raise failures[0]


@contextmanager
def _decrypted(file: io.BufferedIOBase, identity: Path | None) -> Generator[io.BufferedIOBase]:
    is_encrypted = file.read(len(AGE_MAGIC)) == AGE_MAGIC
    file.seek(0)
    if not is_encrypted:
        yield file
        return
    if identity is None:
        raise Unreadable("This backup is encrypted: name the file of its secret key by --identity.")
    keys = _identities(identity)
    failures: list[BaseException] = []
    out, into = os.pipe()

    def run() -> None:
        with os.fdopen(into, "wb") as sink, suppress(BrokenPipeError):
            try:
                pyrage.decrypt_io(file, sink, keys)
            except BaseException as error:
                failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with os.fdopen(out, "rb") as source:
            try:
                yield source
                while source.read(PIECE_BYTES):  # what follows the tar's end
                    pass
            except Exception:
                if not failures:
                    raise
            # whoever read it met the end of the stream, of which this is the reason
            if failures:
                raise _refused(failures[0])
    finally:
        thread.join()


def _identities(path: Path) -> list[pyrage.x25519.Identity]:
    lines = [line.strip() for line in path.read_text().splitlines()]
    try:
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError as error:
        raise Unreadable(f"{path} holds no age secret key.") from error


def _refused(error: BaseException) -> Unreadable:
    return Unreadable(f"The backup cannot be decrypted: {error}. Is it whole, and the key the right one?")
