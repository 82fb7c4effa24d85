from __future__ import annotations

import socket

import pytest

from feeds.resolver import PooledResolver


async def test_a_name_is_resolved_and_the_threads_are_let_go() -> None:
    resolver = PooledResolver()
    found = await resolver.resolve("localhost", 80)
    assert {one["host"] for one in found} <= {"127.0.0.1", "::1"}
    assert {one["port"] for one in found} == {80}
    await resolver.close()


async def test_a_name_that_cannot_be_one_is_a_failure() -> None:
    resolver = PooledResolver()
    with pytest.raises(socket.gaierror, match="not a host name"):
        await resolver.resolve("a" * 70 + ".example", 80)
    await resolver.close()
