"""Files at a loopback Slack: an address to upload to, the bytes, then the completion; some while
later the file is known, and an image block may name it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.slack_rules import Refused

Json = dict[str, Any]


@dataclass
class File:
    """One upload."""

    name: str
    length: int
    body: bytes = b""
    complete: bool = False
    refusals: int = 0
    """How often a message that names it is refused before it is known."""


@dataclass
class Files:
    """What was uploaded, by id."""

    origin: Callable[[], str]
    kept: dict[str, File] = field(default_factory=dict)
    allowed: bool = True
    """Whether the app has the scope files:write."""
    refusals: int = 0
    """For files to come."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def get_url(self, arguments: Json) -> Json:
        """files.getUploadURLExternal"""
        self._permit()
        file_id = f"F0LOOPBACK{next(self._numbers)}"
        length = int(arguments["length"])
        self.kept[file_id] = File(str(arguments["filename"]), length, refusals=self.refusals)
        return {"upload_url": f"{self.origin()}/upload/{file_id}", "file_id": file_id}

    async def take(self, request: web.Request) -> web.Response:
        """The upload."""
        file = self.kept[request.match_info["file"]]
        file.body = await request.read()
        if len(file.body) != file.length:
            return web.Response(status=400, text="wrong length")
        return web.Response(text=f"OK - {file.length}")

    async def complete(self, arguments: Json) -> Json:
        """files.completeUploadExternal"""
        self._permit()
        for told in arguments["files"]:
            file = self.kept.get(told["id"])
            if file is None or not file.body:
                raise Refused("file_not_found")
            file.complete = True
        return {
            "files": [{"id": told["id"], "title": told["title"]} for told in arguments["files"]]
        }

    def check(self, blocks: list[Json]) -> None:
        """Raises Refused where a block names a file that is not known, or not yet."""
        for number, block in enumerate(blocks):
            if block["type"] != "image":
                continue
            file = self.kept.get((block.get("slack_file") or {}).get("id", ""))
            if file is None or not file.complete or file.refusals:
                if file is not None:
                    file.refusals -= 1
                where = f"invalid slack file [json-pointer:/blocks/{number}/slack_file]"
                raise Refused("invalid_blocks", where)

    def _permit(self) -> None:
        if not self.allowed:
            refused = Refused("missing_scope")
            refused.body |= {"needed": "files:write", "provided": "chat:write"}
            raise refused
