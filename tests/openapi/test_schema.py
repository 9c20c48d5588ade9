"""What the API describes is what it does: schemathesis sends what the schema allows and what it does not."""

import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from api.settings import Settings
from tests.access.callers import PASSWORD, give_passwords
from tests.serving import served
from tests.worlds import World

EXAMPLES = 15
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("person", ["admin", "customer"])
def test_no_operation_breaks_and_each_answers_as_described(
    settings: Settings, world: World, owner_url: str, person: str
) -> None:
    give_passwords(owner_url, world)
    with psycopg.connect(owner_url) as conn:
        conn.execute("delete from installation_settings")
    with served(settings) as port:
        base = f"http://127.0.0.1:{port}"
        login = {"email": f"{person}@example.com", "password": PASSWORD}
        token = httpx.post(f"{base}/api/auth/login", json=login).json()["token"]
        run = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "run", f"{base}/schema/openapi.json",
                "-H", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", str(EXAMPLES),
                "--phases", "examples,coverage,fuzzing", "--exclude-path-regex", "/api/auth/(logout|login|refresh|password)",
                "--generation-database", "none", "--seed", "7", "--workers", "2", "--request-timeout", "10",
            ],
            capture_output=True,
            text=True,
            cwd=settings.home,
            check=False,
        )  # fmt: skip
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
