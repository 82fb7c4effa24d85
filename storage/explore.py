"""What Datasette needs to show the database as a site: titles, facets, questions ready to ask.

Tables with secrets (headers of feeds) or with people and channels (feedback, follows, the audit)
are not shown, and no free SQL is allowed, since it would show them. What only the program needs
is hidden.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path


def metadata(database: Path) -> str:
    """Datasette's metadata for a database file, which it calls by its name without the ending."""
    text = (files("storage") / "data" / "explore.json").read_text(encoding="utf-8")
    described = json.loads(text)
    described["databases"] = {database.stem: described["databases"]["pledgewatch"]}
    return json.dumps(described, indent=2)
