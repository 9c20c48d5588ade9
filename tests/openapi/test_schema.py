"""What the API describes is what it does: schemathesis sends what the schema allows and what it does not.

By night (REDRESS_NIGHTLY=1) it also tries every edge of every value.
"""

import os
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

IS_NIGHTLY = "REDRESS_NIGHTLY" in os.environ
EXAMPLES = 4
PHASES = [("admin", "fuzzing"), ("customer", "fuzzing"), *([("admin", "coverage")] if IS_NIGHTLY else [])]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection"
SIGNS_OUT = "/api/auth/(logout|login|refresh|password)"
RAW_MAIL = "deliver_mail"
"""Schemathesis cannot write message/rfc822; tests/api/inbound has the nasty mails."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("person", "phases"), PHASES)
def test_no_operation_breaks_and_each_answers_as_described(
    settings: Settings, world: World, owner_url: str, person: str, phases: str
) -> None:
    """Who may do everything gets answers as described; who may do little, refusals as described."""
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
                "--phases", phases, "--exclude-path-regex", SIGNS_OUT, "--exclude-operation-id", RAW_MAIL,
                "--generation-database", "none", "--seed", "7", "--workers", "2", "--request-timeout", "10",
            ],
            capture_output=True,
            text=True,
            cwd=settings.home,
            check=False,
        )  # fmt: skip
    said = run.stdout.partition("= ERRORS =")[2] or run.stdout.partition("= FAILURES =")[2] or run.stdout[-4000:]
    assert run.returncode == 0, said.partition("= WARNINGS =")[0] + run.stderr[-2000:]
