"""Settings of the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# A busy machine must fail no example for its slowness, and chance no release:
# the suite tries the same ones each time, unless TESTS_EXPLORE is set.
_EXPLORES = bool(os.environ.get("TESTS_EXPLORE"))
settings.register_profile("suite", deadline=None, derandomize=not _EXPLORES)
settings.load_profile("suite")
