"""The process that parses: documents on standard input, parsed ones on standard output.

A request is a line of JSON (url, content_type, size) and then `size` bytes. The answer is a line
{"error": ...} or the lines of feeds/wire.py. The process ends when its input does.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import BinaryIO

from feeds.errors import ParseError
from feeds.parse import parse
from feeds.wire import entry_lines, head_line

_MEMORY = 768 * 1024 * 1024
"""Of address space; a document that wants more ends this process, not the service."""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the input ends."""
    while line := requests.readline():
        request = json.loads(line)
        body = requests.read(request["size"])
        for piece in _answer(body, request["url"], request["content_type"]):
            answers.write(piece)
        answers.flush()


def _answer(body: bytes, url: str, content_type: str) -> list[bytes]:
    try:
        feed = parse(body, url=url, content_type=content_type)
    except ParseError as error:
        told = {"error": str(error), "kind": error.kind, "remedy": error.remedy}
        return [json.dumps(told).encode("ascii") + b"\n"]
    return [head_line(feed), *entry_lines(feed)]


def main() -> None:
    """Run on the standard streams, at a lower priority than the service."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
