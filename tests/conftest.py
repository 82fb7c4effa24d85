"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail an example for its slowness.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
