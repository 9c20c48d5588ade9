"""What production refuses to start with, and what the doctor sees."""

from msgspec.structs import replace

from api.cli.doctor import findings, refusals
from api.servers.stores import write
from api.settings import Settings
from tests.worlds import World


def test_production_refuses_defaults_and_names_each(settings: Settings, world: World) -> None:
    found = refusals(replace(settings, env="production", secret_key="short", database_url=settings.owner_url))
    assert [
        part for part in ("SECRET_KEY", "https", "owner", "6 sample accounts") if not any(part in f for f in found)
    ] == []


def test_what_is_fit_for_production_is_not_refused(settings: Settings) -> None:
    assert refusals(replace(settings, env="production", public_url="https://redress.example.com")) == []


def test_nothing_but_production_is_refused(settings: Settings, world: World) -> None:
    assert refusals(replace(settings, secret_key="short")) == []


def test_the_doctor_says_what_is_off_and_what_is_well(settings: Settings) -> None:
    write(settings.home, {})
    (settings.home / "secrets.json").chmod(0o644)
    said = dict(findings(replace(settings, port=1, redis_url="redis://127.0.0.1:1", secret_key="")))
    assert said["PostgreSQL, database_url"] == said["schema"] == ""
    assert all(said[name] for name in ("secrets", "Redis", "web app", "PostgreSQL, warehouse_url"))


def test_secrets_that_others_can_read_are_off(settings: Settings) -> None:
    write(settings.home, {})
    assert dict(findings(settings))["secrets"] == ""
    (settings.home / "secrets.json").chmod(0o644)
    assert "chmod 600" in dict(findings(settings))["secrets"]
