"""`redress check`: what can be said about the code without running it."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "lint, format, types, layers, dbt's references (for developers)"
PROGRAMS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("pyright",),
    ("lint-imports",),
    ("dbt", "parse", "--quiet", "--project-dir", "dbt", "--profiles-dir", "dbt"),
)


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("check", parents=[home], help=HELP, description=HELP)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run all programs, also after one has failed; 1 when any did."""
    import os
    import subprocess
    import sys
    from pathlib import Path

    from api.cli.env import SOURCE

    here = Path(sys.executable).parent
    environ = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}"}
    for name in ("HOST", "USER", "PASSWORD", "DBNAME"):
        environ.setdefault(f"REDRESS_WAREHOUSE_{name}", "unused")
    failed = False
    for program, *rest in PROGRAMS:
        print(f"— {program} {' '.join(rest)}".rstrip(), flush=True)
        failed |= subprocess.run([here / program, *rest], cwd=SOURCE, env=environ, check=False).returncode != 0
    return int(failed)
