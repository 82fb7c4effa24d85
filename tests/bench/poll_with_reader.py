"""One steady round of lemon24/reader over the bench's host. Runs in a virtual environment of its
own, so it imports nothing of ours: poll_with_reader.py PORT FEEDS WORKERS."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
import urllib.request
from pathlib import Path


def main(port: int, feeds: int, workers: int) -> None:
    """Add the feeds, poll them once, and measure the second round."""
    from reader import make_reader  # type: ignore[import-not-found]  # the peer, not ours

    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        reader = make_reader(str(Path(folder) / "reader.sqlite"))
        for number in range(feeds):
            reader.add_feed(f"{base}/feed/{number}")
        reader.update_feeds(workers=workers, scheduled=False)
        urllib.request.urlopen(f"{base}/next").read()  # noqa: S310 - loopback
        wall, cpu = time.perf_counter(), time.process_time()
        new = sum(
            result.value.new
            for result in reader.update_feeds_iter(workers=workers, scheduled=False)
            if not isinstance(result.value, Exception) and result.value
        )
        figures = {
            "wall": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
            "new": new,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    print(json.dumps(figures))  # noqa: T201 - the answer to the parent process


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
