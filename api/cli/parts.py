"""What `redress up` runs beside the stores: API, Dagster's processes, dashboards; each as a command and its health."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from api.cli.env import SOURCE
from api.servers.processes import Child, Part, answers_http, free_port, is_listening, spawn
from api.settings import Settings

HOST = "127.0.0.1"
LOCATIONS = {"operations": "pipelines.operations.definitions", "warehouse": "pipelines.definitions"}


def command(
    home: Path, name: str, log: str, args: list[str], environ: Mapping[str, str], cwd: Path = SOURCE
) -> Callable[[], Child]:
    """How to start `python -m <args>` with its log in `<home>/logs`."""
    return lambda: spawn(name, [sys.executable, "-m", *args], home / "logs" / log, env=environ, cwd=cwd)


def api_part(settings: Settings, environ: Mapping[str, str]) -> Part:
    start = command(settings.home, "API", "api.log", ["api.cli.main", "serve"], environ)
    return Part("API", start, lambda: answers_http(f"http://{HOST}:{settings.port}/health/ready"))


def dagster_parts(settings: Settings, environ: Mapping[str, str]) -> tuple[list[Part], list[Part]]:
    """A server for each code location; and Dagster's web server and daemon, which want those to be there first."""
    folder = settings.home / "dagster"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(SOURCE / "pipelines" / "dagster.yaml", folder / "dagster.yaml")
    ports = {location: free_port() for location in LOCATIONS}
    workspace = folder / "workspace.yaml"
    workspace.write_text(
        "load_from:\n"
        + "".join(
            f"  - grpc_server: {{host: {HOST}, port: {port}, location_name: {location}}}\n"
            for location, port in ports.items()
        )
    )
    environ = {**environ, "DAGSTER_HOME": str(folder), "DAGSTER_DISABLE_TELEMETRY": "1"}
    locations = [
        Part(
            f"Dagster, {location}",
            command(
                settings.home, f"Dagster, {location}", f"dagster-{location}.log",
                ["dagster", "api", "grpc", "-h", HOST, "-p", str(ports[location]), "-m", module,
                 "--location-name", location, "--use-python-environment-entry-point", "--log-level", "warning"],
                environ,
            ),
            listens(ports[location]),
        )
        for location, module in LOCATIONS.items()
    ]  # fmt: skip
    web = ["dagster_webserver", "-h", HOST, "-p", str(settings.dagster_port), "-w", str(workspace)]
    daemon = ["dagster._daemon", "run", "-w", str(workspace)]
    return locations, [
        Part(
            "Dagster",
            command(settings.home, "Dagster", "dagster.log", web, environ),
            lambda: answers_http(f"http://{HOST}:{settings.dagster_port}/server_info"),
        ),
        Part("Dagster's daemon", command(settings.home, "Dagster's daemon", "dagster-daemon.log", daemon, environ)),
    ]


def dashboards_part(settings: Settings, environ: Mapping[str, str]) -> Part:
    """Streamlit, started in `dashboards/`, where its `.streamlit/config.toml` lies."""
    python_path = os.pathsep.join(part for part in (str(SOURCE), environ.get("PYTHONPATH")) if part)
    args = ["streamlit", "run", "app.py", "--server.port", str(settings.dashboards_port), "--server.address", HOST,
            "--server.headless", "true", "--browser.gatherUsageStats", "false"]  # fmt: skip
    start = command(
        settings.home,
        "Dashboards",
        "dashboards.log",
        args,
        {**environ, "PYTHONPATH": python_path},
        SOURCE / "dashboards",
    )
    return Part("Dashboards", start, lambda: answers_http(f"http://{HOST}:{settings.dashboards_port}/_stcore/health"))


def listens(port: int) -> Callable[[], bool]:
    return lambda: is_listening(port)
