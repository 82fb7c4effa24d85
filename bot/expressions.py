"""Regular expressions that people write: matched in linear time, so that none can hold up a poll.

The engine is Rust's `regex`, which pydantic brings: Unicode throughout ("\\b" and "\\w" know every
script), without back-references and look-around.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

MOST_CHARACTERS = 500


@lru_cache(maxsize=256)
def expression(pattern: str) -> Callable[[str], bool]:
    """Whether a text has a match anywhere, in any case. Raises ValueError with the reason."""
    if len(pattern) > MOST_CHARACTERS:
        raise ValueError(f"it has more than {MOST_CHARACTERS} characters")
    wanted = core_schema.str_schema(pattern=f"(?i){pattern}", regex_engine="rust-regex")
    try:
        return SchemaValidator(wanted).isinstance_python
    except SchemaError as error:
        reason = str(error).rsplit("error: ", 1)[-1].strip()
        if "size limit" in reason:
            reason = "its repetitions make it too large"
        raise ValueError(reason) from None
