"""The process that reads what strangers wrote: documents on standard input, answers on output.

A request is a line of JSON (job, size, arguments) and then `size` bytes. The answer is a
line {"error": ...}, the lines of feeds/wire.py, or for a page a line (kind, text). The process
ends when its input does.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

from feeds.errors import ParseError
from feeds.parse import parse
from feeds.wire import entry_lines, head_line

_MEMORY = 768 * 1024 * 1024
"""Of address space; a document that wants more ends this process, not the service."""


_IDLE = 0.5
"""Seconds without a request after which there is time to get ready for pages."""
_ANY_PAGE = b"<html><body><p>Any page.</p></body></html>"


def serve(requests: BinaryIO, answers: BinaryIO, is_idle: Callable[[], bool]) -> None:
    """Answer until the input ends; `is_idle` waits a moment and says whether nothing has come."""
    ready = False
    while line := requests.readline():
        request = json.loads(line)
        body = requests.read(request.pop("size"))
        job = _extracted if request.pop("job") == "extract" else _parsed
        answers.writelines(job(body, request))
        answers.flush()
        if not ready and is_idle():
            # What reads pages takes a quarter of a second to load: nobody who asks waits for it.
            _extracted(_ANY_PAGE, {"url": "https://example.org/"})
            ready = True


def _parsed(body: bytes, given: dict[str, str]) -> list[bytes]:
    try:
        feed = parse(body, **given)
    except ParseError as error:
        return [_line({"error": str(error), "kind": error.kind, "remedy": error.remedy})]
    return [head_line(feed), *entry_lines(feed)]


def _extracted(body: bytes, given: dict[str, str]) -> list[bytes]:
    from feeds.fulltext import extract

    page = extract(body, **given)
    return [_line({"kind": page.kind.value, "text": page.text, "title": page.title})]


def _line(value: dict[str, str]) -> bytes:
    return json.dumps(value).encode("ascii") + b"\n"


def _is_idle() -> bool:
    # Asked between two requests, of which there is never more than one: nothing stands in a buffer.
    return not select.select([sys.stdin], [], [], _IDLE)[0]


def main() -> None:
    """Run on the standard streams, at a lower priority than the service; no file can be written."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer, _is_idle)
    except BrokenPipeError:
        os._exit(0)  # the service was killed: nobody is left to read a complaint


if __name__ == "__main__":
    main()
