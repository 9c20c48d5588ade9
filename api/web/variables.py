"""Names of the variables that words may use, as one writes them."""

from collections.abc import Iterator, Mapping
from typing import Any


def variable_names(variables: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, example) of each variable: `("ticket.number", "RD-7F3K-29QX")`.

    Of a list, the parts of one of it, as they are called within `{% for comment in comments %}`.
    """
    return [(name, str(value)) for name, value in _flat("", variables)]


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{name}.", value)
        elif isinstance(value, list):
            for each in value[:1]:
                yield from _flat(f"{prefix}{name.removesuffix('s')}.", each)
        else:
            yield f"{prefix}{name}", value
