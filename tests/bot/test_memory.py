"""What is no longer needed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import threading
from pathlib import Path
from bot.memory import give_back
give_back()
kept = []
def work():
    blocks = [bytearray(300_000) for _ in range(100)]
    blocks.pop(0)
    blocks = [bytearray(299_000) for _ in blocks]
    kept.append(blocks[-1])
for thread in [threading.Thread(target=work) for _ in range(6)]:
    thread.start()
    thread.join()
{then}
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
"""


BETWEEN = """
from bot.memory import trim
blocks = [bytearray(100_000) for _ in range(1000)]
kept.append(blocks.pop())
del blocks
trim()

"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of glibc")
@pytest.mark.parametrize("then", ["", BETWEEN], ids=["at the end", "in between"])
def test_large_blocks_that_are_freed_do_not_stay_with_the_process(then: str) -> None:
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", PROGRAM.format(then=then)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 60_000
