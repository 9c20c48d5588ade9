"""`python -m tests.benchmarks NAME`: one JSON line per figure: name, ours, reference, ratio (ours / reference), unit."""

import importlib
import sys

NAMES = ("create", "sweep", "warehouse", "import", "search")


def main() -> int:
    wanted = sys.argv[1:] or list(NAMES)
    for name in wanted:
        if name not in NAMES:
            print(f"There is no benchmark {name!r}; there are {', '.join(NAMES)}.", file=sys.stderr)
            return 2
        importlib.import_module(f"tests.benchmarks.{name}_").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
