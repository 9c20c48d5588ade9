"""Settings of a process: one frozen Struct, filled from REDRESS_* and the home's `secrets.json`.

Nothing else reads the environment. What an administrator may change at run time is not here
but in the `installation` slice.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

SECRETS_FILE = "secrets.json"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What one process needs to know. URLs are libpq or Redis URLs; secrets never appear in `repr`."""

    home: Path = Path(".redress")
    env: Literal["development", "production", "test"] = "development"
    database_url: str = ""
    """Database `redress` as role `redress_app`: what API, worker and sweep use."""
    owner_url: str = ""
    """Database `redress` as role `redress_owner`: migrations and partitions only."""
    reader_url: str = ""
    """Database `redress` as role `redress_reader`: what ingest uses."""
    warehouse_url: str = ""
    """Database `warehouse` as its owner: what ingest, dbt and publish use."""
    analyst_url: str = ""
    """Database `warehouse` as role `redress_analyst`: marts only."""
    dagster_url: str = ""
    """SQLAlchemy URL of database `warehouse`, schema `dagster`: Dagster's own storage."""
    redis_url: str = ""
    secret_key: str = ""
    """Signs access tokens and links; at least 32 bytes."""
    push_key: str = ""
    """Signs what browsers are sent: a P-256 private key, raw, in base64url; empty sends none. (RFC 8292)"""
    lake_url: str = ""
    """Folder or object-store URL of the Delta tables; empty means `<home>/lake`."""
    attachments_url: str = ""
    """Object-store URL of the files of tickets (`s3://bucket/prefix`); empty means the folder `<home>/attachments`."""
    smtp_url: str = ""
    """`smtp://user:password@host:587` (STARTTLS when offered), `smtps://…:465`; empty keeps mail in the outbox."""
    imap_url: str = ""
    """`imaps://user:password@host:993/INBOX`: a mailbox whose unseen mails come in; empty reads none."""
    mail_from: str = "Redress <redress@localhost>"
    """Sender of e-mails; replies come to `reply+…` at its domain."""
    is_worker_in_api: bool = True
    """Whether the API's processes also send; false leaves it to `redress worker`."""
    host: str = "127.0.0.1"
    port: int = 8000
    dagster_port: int = 3000
    dashboards_port: int = 8501
    public_url: str = ""
    """Address under which people reach the web app; empty means http://localhost:<port>."""
    api_workers: int = 1
    pool_size: int = 16
    log_json: bool = False
    metrics_token: str = ""
    """Who shows it may read `/metrics`; empty answers 404 there."""
    backup_recipient: str = ""
    """age public key (`age1…`) that `redress backup` encrypts to; empty leaves the file open."""

    def __repr__(self) -> str:
        return f"Settings(home={str(self.home)!r}, env={self.env!r})"

    @property
    def lake(self) -> str:
        """Root of the lake's tables."""
        return self.lake_url or str(self.home / "lake")

    @property
    def data_docs(self) -> Path:
        """What dbt knows of the warehouse: one page, gzip."""
        return self.home / "dbt" / "docs.html.gz"

    @property
    def url(self) -> str:
        """The address people type, without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")


def load(environ: Mapping[str, str] | None = None, home: Path | None = None) -> Settings:
    """Settings of this process: defaults, then `<home>/secrets.json`, then REDRESS_* variables.

    Raises `ValueError` naming the variable when a value cannot be read.
    """
    env = os.environ if environ is None else environ
    root = (home or Path(env.get("REDRESS_HOME", ".redress"))).absolute()
    values: dict[str, object] = {}
    secrets = root / SECRETS_FILE
    if secrets.exists():
        values |= msgspec.json.decode(secrets.read_bytes(), type=dict[str, object])
    names = {field.name for field in msgspec.structs.fields(Settings)}
    for name in names:
        if (value := env.get(f"REDRESS_{name.upper()}")) is not None:
            values[name] = value
    values["home"] = str(root)
    try:
        return msgspec.convert({k: v for k, v in values.items() if k in names}, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ValueError(f"A REDRESS_ setting cannot be read: {error}") from error


def _path(kind: type, value: object) -> object:
    return Path(str(value)) if kind is Path else value
