"""Print pages for people who are not there: `python -m dashboards.paper`.

Reads Jobs as JSON from the standard input, writes one line for each of its jobs: page → PDF in base64, as JSON.
"""

import sys
from base64 import b64encode
from datetime import date
from importlib import import_module
from types import ModuleType

import msgspec

from dashboards.access import Viewer
from dashboards.data import MissingMart, open_lake
from dashboards.filters import Filters, first_day, told
from dashboards.layout import View
from dashboards.paper.print import printed


class Job(msgspec.Struct, frozen=True):
    """The pages that one person gets: as they may see them, of `days` days until `until`."""

    viewer: Viewer
    pages: list[str]
    until: date
    days: int


class Jobs(msgspec.Struct, frozen=True):
    """`lake`: root of the tables; `web`: address of the web app, which links lead to."""

    lake: str
    web: str
    jobs: list[Job]


def main() -> int:
    """Exit code: 1, with a sentence, when there is no lake to print from."""
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Jobs)
    try:
        lake = open_lake(wanted.lake)
    except MissingMart as missing:
        print(f"The table {missing.name} is not in the lake.", file=sys.stderr)
        return 1
    for job in wanted.jobs:
        filters = Filters(today=job.until, days=job.days, first=first_day(lake, job.viewer))
        view = View(lake=lake, viewer=job.viewer, filters=filters, web=wanted.web)
        files = {page: b64encode(_printed(page, view)).decode() for page in job.pages}
        sys.stdout.buffer.write(msgspec.json.encode(files) + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _printed(name: str, view: View) -> bytes:
    page: ModuleType = import_module(f"dashboards.screens.{name}")
    return printed(page, view, told(view.lake, view.viewer, view.filters), {})


if __name__ == "__main__":
    sys.exit(main())
