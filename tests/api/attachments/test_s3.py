"""The same files in an S3-compatible store: a real server on loopback, spoken to as any other."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import boto3
import httpx
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from api.actor import SYSTEM
from api.attachments.storage import PART_BYTES, open_storage
from api.attachments.sweep import remove_leftovers
from api.db import Database
from api.reactions import openings_of
from api.settings import Settings
from tests.api.attachments.files import EXE, PDF, TEXT, picture
from tests.api.attachments.test_attachments import Desk
from tests.worlds import World

BUCKET = "complaints"
LARGE = TEXT * (2 * PART_BYTES // len(TEXT) + 1)
"""Takes three parts."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Address of an S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty bucket, whose address and keys stand where S3 clients look for them."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    httpx.post(f"{endpoint}/moto-api/reset")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="eu-central-1")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return client


@pytest.fixture
def settings(settings: Settings, bucket: Any) -> Settings:
    return msgspec.structs.replace(settings, attachments_url=f"s3://{BUCKET}/files")


@pytest.fixture
def desk(
    client: httpx.AsyncClient,
    sign_in: Callable[[str], Awaitable[dict[str, str]]],
    settings: Settings,
    database_url: str,
) -> Desk:
    return Desk(client, sign_in, settings, database_url)


def keys(bucket: Any) -> list[str]:
    """What lies in the bucket, the parts of unfinished uploads too."""
    whole = [entry["Key"] for entry in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return whole + [entry["Key"] for entry in bucket.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]


async def test_files_go_in_come_back_and_go_away(desk: Desk, bucket: Any, db: Database, world: World) -> None:
    ticket_id = await desk.opened()
    sent = await desk.send("customer", ticket_id, ("long.txt", LARGE), ("a.png", picture()), ("b.pdf", PDF))
    assert sent.status_code == 201, sent.text
    for file, content in zip(sent.json()["attachments"], (LARGE, picture(), PDF), strict=True):
        assert (await desk.call("agent", "GET", f"/api/attachments/{file['key']}")).content == content
    preview = await desk.call("agent", "GET", f"/api/attachments/{sent.json()['attachments'][1]['key']}/preview")
    assert preview.content[8:12] == b"WEBP"
    assert len(keys(bucket)) == 4 and all(key.startswith("files/") for key in keys(bucket))
    for file in sent.json()["attachments"]:
        gone = await desk.call("admin", "DELETE", f"/api/attachments/{file['key']}")
        assert gone.status_code == 204, gone.text
    await remove_leftovers(openings_of(db, SYSTEM, lambda: world.now), open_storage(desk.settings))
    assert keys(bucket) == []


async def test_what_is_refused_half_way_leaves_nothing_in_the_bucket(desk: Desk, bucket: Any) -> None:
    ticket_id = await desk.opened()
    for files, status in (((("a.txt", TEXT), ("b.exe", EXE)), 415), ((("a.txt", LARGE + b"\x00"),), 415)):
        assert (await desk.send("customer", ticket_id, *files)).status_code == status
        assert keys(bucket) == []
        assert desk.rows("select id from attachments") == []


async def test_a_store_that_fails_is_507_and_leaves_no_row(desk: Desk, bucket: Any) -> None:
    ticket_id = await desk.opened()
    bucket.delete_bucket(Bucket=BUCKET)
    assert (await desk.send("customer", ticket_id, ("a.txt", TEXT))).status_code == 507
    assert desk.rows("select id from attachments") == []
    assert desk.rows("select is_condemned from attachment_leftovers") == [(True,)], "the sweep comes back to it"
