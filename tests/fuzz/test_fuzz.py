"""What strangers may send breaks nothing: what fuzzing found, and new input each time."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import PLACES, target

CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
MOST_BYTES = 400_000
SEEDS = json.loads((Path(__file__).parent / "seeds.json").read_text(encoding="utf-8"))

TEXT = st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
WORDS = st.lists(st.sampled_from(SEEDS["words"]), max_size=14).map(
    lambda words: " ".join(words).encode("utf-8", "surrogatepass")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(SEEDS["keys"]) | st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())
MARKUP = st.lists(st.sampled_from(SEEDS["markup"]), max_size=40).map(
    lambda parts: "".join(parts).encode()
)
PLAIN = st.binary(max_size=200)
FIRST = st.binary(min_size=2, max_size=2)
GIVEN = {
    "feed": MARKUP,
    "opml": MARKUP,
    "page": MARKUP,
    "body": PLAIN | PLAIN.map(gzip.compress),
    "robots": TEXT,
    "article": TEXT | WORDS,
    "answer": JSON,
    "chat": WORDS | TEXT,
    "query": WORDS | TEXT,
    "discord": JSON,
    "slack": JSON | WORDS | TEXT,
    "config": TEXT,
    "environment": TEXT,
}


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    """What the targets keep open is closed in the end."""
    yield
    from tests.fuzz import people, slack

    slack.close()
    people.close()


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name[:12]}")
def test_what_fuzzing_found_is_mended(path: Path) -> None:
    target(path.parent.name)(path.read_bytes())


def test_the_corpus_is_of_known_targets_and_small() -> None:
    assert {path.parent.name for path in KEPT} == set(PLACES)
    assert sum(path.stat().st_size for path in KEPT) < MOST_BYTES


@pytest.mark.parametrize("name", PLACES)
def test_new_input_breaks_nothing(name: str) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FIRST, GIVEN[name] | PLAIN)
    def holds(first: bytes, data: bytes) -> None:
        target(name)(first + data if name in {"feed", "chat", "body"} else data)
        if name == "slack":
            target(name)(first[:1] + data)

    holds()
