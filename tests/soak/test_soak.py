"""A short run of the bench: `pytest -m slow tests/soak`. `make soak` makes long ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.__main__ import kept, soak, text_of
from tests.soak.checker import quantile

pytestmark = pytest.mark.slow


async def test_every_alert_stands_once_whatever_fails(tmp_path: Path) -> None:
    report = await soak(11, alerts=16, kills=4, folder=tmp_path)
    assert kept(report), text_of(report)
    assert report.kills.total() == 4


async def test_without_faults_an_alert_is_posted_within_two_seconds(tmp_path: Path) -> None:
    report = await soak(11, alerts=12, kills=0, folder=tmp_path, calm=True)
    assert kept(report), text_of(report)
    assert quantile(report.latencies, 0.9) < 2
