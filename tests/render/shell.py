"""Commands as somebody sees them who types them into a terminal, drawn as SVG."""

from __future__ import annotations

import asyncio
import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.text import Text

WIDTH = 92
"""Columns."""
_ROWS = 200
_PATIENCE = 60.0
_ROOT = Path(__file__).resolve().parents[2]
_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_FORMAT = f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" role="img">
<style>
.{{unique_id}}-matrix {{{{ font: {{char_height}}px/{{line_height}}px {_FONT}; }}}}
{{styles}}
</style>
<clipPath id="{{unique_id}}-clip-terminal">
<rect width="{{terminal_width}}" height="{{terminal_height}}"/>
</clipPath>
{{lines}}
{{chrome}}
<g transform="translate({{terminal_x}}, {{terminal_y}})"
 clip-path="url(#{{unique_id}}-clip-terminal)">
{{backgrounds}}
<g class="{{unique_id}}-matrix">
{{matrix}}
</g>
</g>
</svg>
"""
"""As rich's own, without the font that it would load from elsewhere."""


class Terminal:
    """`async with Terminal("pledgewatch run", folder, environment) as terminal`: a command at a
    terminal of its own. It is ended at the end."""

    def __init__(self, line: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.line = line
        self.output = ""
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._answered = 0
        self._folder = folder
        self._environment = environment
        self._changed = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._master = -1

    async def __aenter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, WIDTH, 0, 0))
        self._process = await asyncio.create_subprocess_exec(
            *_words(self.line), cwd=self._folder, env=self._settings(),
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    async def until(self, text: str, times: int = 1) -> None:
        """Wait until it has said something so often. Raises TimeoutError with what it said
        instead."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while self.output.count(text, self._answered) < times:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            raise TimeoutError(f"`{self.line}` never said “{text}”:\n{self.output}") from error

    async def type(self, prompt: str, answer: str) -> None:
        """Answer when it has asked."""
        await self.until(prompt)
        self._answered = len(self.output)
        os.write(self._master, f"{answer}\n".encode())

    async def end(self) -> str:
        """Wait until it has ended; all that it said."""
        if self._process is not None:
            await asyncio.wait_for(self._process.wait(), _PATIENCE)
        return self.output

    async def stop(self) -> None:
        """As Ctrl-C."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self.end()

    def _settings(self) -> dict[str, str]:
        paths = filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "TERM": "xterm-256color",
            "LOGNAME": "ada",
            **self._environment,
        }

    def _read(self) -> None:
        try:
            said = os.read(self._master, 65536)
        except OSError:  # the other end is closed: how Linux tells that the command has ended
            asyncio.get_running_loop().remove_reader(self._master)
            return
        self.output += self._decoder.decode(said).replace("\r\n", "\n")
        self._changed.set()


def _words(line: str) -> Sequence[str]:
    """The command of this tree, whatever else is installed."""
    program, *words = line.split()
    return [sys.executable, "-m", "bot", *words] if program == "pledgewatch" else [program, *words]


def as_svg(name: str, said: str, *, line: str = "", lines: int | None = None) -> str:
    """What a command said, with the line that was typed above it."""
    shown = "\n".join(said.rstrip().split("\n")[:lines])
    text = Text.from_ansi(re.sub(r"[ \t]+(?=\n)", "", shown))
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    if line:
        console.print(Text("$ ", "bright_black").append(line, "bold bright_white"))
    console.print(text, soft_wrap=False)
    drawn = console.export_svg(title="", code_format=_FORMAT, unique_id=name)
    return re.sub(r"[ \t]+(?=\n)", "", drawn)
