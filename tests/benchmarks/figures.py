"""How a figure is told."""

import json


def tell(name: str, *, ours: float, reference: float, unit: str, **more: object) -> None:
    """Print one figure. For rates a ratio of 1 or more is good, for times one of 1 or less."""
    ratio = ours / reference if reference else None
    line = {"name": name, "unit": unit, "ours": round(ours, 4), "reference": round(reference, 4)}
    print(json.dumps(line | {"ratio": ratio and round(ratio, 3)} | more), flush=True)
