"""`python -m tests.benchmarks NAME`: one JSON line per figure: name, ours, reference, ratio (ours / reference), unit.

`--small` takes the small sizes of those that have some (`SMALL`).
"""

import argparse
import importlib
import sys

NAMES = ("create", "sweep", "warehouse", "import", "search", "workflows", "live", "export", "scale", "read")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Speed as ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--small", action="store_true", help="small sizes, where there are some")
    args = parser.parse_args()
    for name in args.names or NAMES:
        if name not in NAMES:
            print(f"There is no benchmark {name!r}; there are {', '.join(NAMES)}.", file=sys.stderr)
            return 2
        module = importlib.import_module(f"tests.benchmarks.{name}_")
        module.main(**(getattr(module, "SMALL", {}) if args.small else {}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
