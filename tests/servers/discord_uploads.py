"""Files that come along with a message, as Discord takes them: multipart, each described in the
JSON, named by `attachment://` in an embed."""

from __future__ import annotations

import itertools
import json
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.servers.discord_rules import Refused

Json = dict[str, Any]

_ALT = 1024
_SCHEME = "attachment://"


class Uploads:
    """What was uploaded, by the address that it got."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self._numbers = itertools.count(1)

    async def payload(self, request: web.Request) -> Json:
        """The message that a request brings, with its attachments as Discord tells of them. Raises
        Refused."""
        if not request.content_type.startswith("multipart/"):
            given: Json = await request.json()
            return self._completed(given, {})
        form = await request.post()
        files = {name: part for name, part in form.items() if isinstance(part, FileField)}
        return self._completed(json.loads(str(form["payload_json"])), files)

    def _completed(self, payload: Json, files: dict[str, FileField]) -> Json:
        """An answer to an interaction holds its message under `data`."""
        if "data" in payload and "type" in payload:
            return {**payload, "data": self._completed(payload["data"] or {}, files)}
        if "attachments" not in payload:
            return self._shown(payload, {})
        made = [self._attachment(a, files) for a in payload["attachments"]]
        return self._shown({**payload, "attachments": made}, {a["filename"]: a for a in made})

    def _attachment(self, described: Json, files: dict[str, FileField]) -> Json:
        file = files.get(f"files[{described['id']}]")
        if file is None:
            raise Refused(400, 50035, "Invalid Form Body: an attachment without its file")
        if len(described.get("description") or "") > _ALT:
            raise Refused(400, 50035, "Invalid Form Body: description")
        body = file.file.read()
        number = next(self._numbers)
        url = f"https://cdn.discordapp.com/attachments/1/{number}/{file.filename}"
        self.kept[url] = body
        return {
            "id": str(number),
            "filename": file.filename,
            "description": described.get("description"),
            "content_type": file.content_type,
            "size": len(body),
            "url": url,
            "proxy_url": url,
        }

    def _shown(self, payload: Json, named: dict[str, Json]) -> Json:
        """Embeds with the addresses of the pictures that they name."""
        for embed in payload.get("embeds") or []:
            url = (embed.get("image") or {}).get("url", "")
            if not url.startswith(_SCHEME):
                continue
            if url.removeprefix(_SCHEME) not in named:
                raise Refused(400, 50035, "Invalid Form Body: an embed names no attachment")
            embed["image"] = {"url": named[url.removeprefix(_SCHEME)]["url"]}
        return payload
