"""`redress sql`: ask the lake, one view per mart, all at the versions one publication named."""

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from api.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from api.cli.options import Commands

META = "_meta"
"""The table that says which version of each mart belongs to the newest publication."""
HELP = "ask the lake in SQL (DuckDB): one view per mart"
EXAMPLES = """\
  redress sql "select priority, count(*) from fct_tickets group by all"
  redress sql --csv "from dim_agents" > agents.csv
  redress sql                     a prompt; `show tables` says what there is, a line that ends in ; is asked
"""


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "sql",
        parents=[home],
        help=HELP,
        description=HELP,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--csv", action="store_true", help="print CSV instead of a table")
    command.add_argument("query", nargs="?", metavar="SQL", help="what to ask; without it, a prompt")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api.settings import load

    with open_lake(load(home=args.home)) as lake:
        if args.query:
            return ask(lake, args.query, as_csv=args.csv)
        return prompt(lake, as_csv=args.csv)


def open_lake(settings: Settings) -> "duckdb.DuckDBPyConnection":
    """A DuckDB in memory whose views are the tables of the lake. Raises ValueError when nothing was published yet."""
    import duckdb
    from deltalake import DeltaTable

    root = settings.lake.rstrip("/")
    if not DeltaTable.is_deltatable(f"{root}/{META}"):
        raise ValueError(f"Nothing was published to {root} yet: run `redress warehouse build`.")
    lake = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    lake.execute("set TimeZone = 'UTC'")
    published: list[dict[str, Any]] = (
        DeltaTable(f"{root}/{META}").to_pyarrow_table(columns=["name", "version"]).to_pylist()
    )
    for table in published:
        name = str(table["name"])
        lake.register(name, DeltaTable(f"{root}/{name}", version=table["version"]).to_pyarrow_dataset())
    return lake


def ask(lake: "duckdb.DuckDBPyConnection", query: str, *, as_csv: bool) -> int:
    """Print what a statement finds; 1 when it is wrong, which is said on standard error."""
    import duckdb

    try:
        found = cast("duckdb.DuckDBPyRelation | None", lake.sql(query))
        if found is None:
            return 0
        if as_csv:
            found.pl().write_csv(sys.stdout)
        else:
            found.show(max_rows=200, max_width=None if sys.stdout.isatty() else 10_000)
    except duckdb.Error as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def prompt(lake: "duckdb.DuckDBPyConnection", *, as_csv: bool) -> int:
    """Ask what is typed, statement by statement, until the end of the input."""
    if sys.stdin.isatty():
        import_module("readline")  # gives `input` a history

        names = [str(row[0]) for row in lake.execute("show tables").fetchall()]
        print(f"Views: {', '.join(names)}. End a statement with ;, leave with Ctrl-D.")
    typed, code = "", 0
    while True:
        try:
            typed += input(("redress> " if not typed else "    ...> ") if sys.stdin.isatty() else "") + "\n"
        except EOFError:
            return ask(lake, typed, as_csv=as_csv) if typed.strip() else code
        if typed.rstrip().endswith(";"):
            code = ask(lake, typed, as_csv=as_csv)
            typed = ""
