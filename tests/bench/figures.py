"""What the benches share: `--json FILE` writes their figures as plain values.

Figures are scalars by name, lists of rows (a table each), and mappings of these (a part each).
Names carry their unit after a comma: "longest, s". `python -m tests.bench` stamps and keeps them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]
Row = Mapping[str, str | float | bool]
Rows = Sequence[Row]


def json_option(parser: argparse.ArgumentParser) -> None:
    """The option `--json FILE`, kept as `json`."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as JSON")


def keep(file: Path | None, figures: Figures) -> None:
    """Write what a bench found, where `--json` was given."""
    if file:
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        file.write_text(text + "\n", encoding="utf-8")
