"""Pages of the dashboards by e-mail: printed in a process of their own, put into the queue of all that goes out."""

import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from api.settings import Settings
from pipelines import product
from pipelines.product import Wanted

SOURCE = Path(__file__).parents[2]
LATER = "Nothing was printed"


class NotPrinted(Exception):
    """The dashboards' printer failed; the message ends with what it said."""


def send_reports(settings: Settings, at: datetime) -> int:
    """Make and enqueue every report that is due; returns for how many e-mails. Raises NotPrinted; those made stay made."""
    wanted = product.wanted_reports(settings, at)
    for number, files in _printed(settings, wanted):
        product.send_report(settings, at, wanted[number], files)
    return len(wanted)


def _printed(settings: Settings, wanted: list[Wanted]) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Each e-mail's place and its pages, as soon as they are printed."""
    if not wanted:
        return
    jobs = {
        "lake": settings.lake,
        "web": settings.url,
        "jobs": [
            {
                "viewer": {name: getattr(each.reader, name) for name in ("id", "name", "role", "teams")},
                "pages": each.pages,
                "until": each.due.until,
                "days": each.due.days,
            }
            for each in wanted
        ],
    }
    with subprocess.Popen(
        [sys.executable, "-m", "dashboards.paper"], cwd=SOURCE, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as printer:  # fmt: skip
        assert printer.stdin and printer.stdout and printer.stderr
        printer.stdin.write(msgspec.json.encode(jobs))
        printer.stdin.close()
        for number, line in enumerate(printer.stdout):
            files = msgspec.json.decode(line, type=dict[str, str])
            yield number, {page: b64decode(file) for page, file in files.items()}
        said = printer.stderr.read().decode()
    if printer.returncode:
        raise NotPrinted(f"{LATER}. {said.strip()[-500:]}")
