"""Tables of the store as text, a page of rows at a time, so that no table need fit into memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

from storage.export import csv_text, html_page, json_lines
from storage.store import Store

_ROWS = 1000


async def written(store: Store, what: str, form: str) -> AsyncIterator[str]:
    """The rows of "ledger", "developments", "articles" or "feedback" as jsonl, csv or html (whole).
    Raises Conflict for another table."""
    after, gathered = 0, []
    while rows := await store.export(what, after=after, limit=_ROWS):
        if form == "jsonl":
            yield json_lines(rows)
        elif form == "csv":
            yield csv_text(rows, header=not after)
        else:
            gathered += rows
        after = int(rows[-1]["id"])
    if form == "html":
        yield html_page(f"Pledgewatch: {what}", gathered)
