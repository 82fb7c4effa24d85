"""From margins to probabilities: Platt's slopes and offset (1999), fitted on what the models have
not seen and weighted so that one text in three is relevant. Needs the extra `train`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from classifiers.examples import Example
from classifiers.model import SURELY_NOT, logistic
from classifiers.relevance import MEASURED_PRIOR

_HARDLY_REGULARISED = 1e6
ENCODER_TRUST = 0.67
LESS_SURE = 0.2
"""In log odds. Examples are plainer than news: on labelled real news the encoder erred more than on
examples that it had not seen either, and both together were too sure. So it counts by two thirds,
and the odds are lowered by so much."""


class Unfitted(NamedTuple):
    """What models that have not seen an example make of it."""

    example: Example
    passes: bool
    """Whether the gate lets it through: only then is it ever scored."""
    kernel: float
    encoder: float | None
    """None where the encoder does not read the language."""


def of_screen(margins: Sequence[tuple[Example, float]]) -> tuple[float, float]:
    """Slope and offset of one model's margins."""
    (slope,), offset = _fitted([([margin], example) for example, margin in margins])
    return slope, offset


def alone(margins: Sequence[Unfitted]) -> tuple[float, float]:
    """Slope and offset of the kernel's margin."""
    return of_screen([(m.example, m.kernel) for m in margins if m.passes])


def joint(margins: Sequence[Unfitted], by_itself: float) -> tuple[float, float, float]:
    """A slope each of kernel and encoder together, and the offset. What is taken from the encoder
    goes to the kernel, whose slope `by_itself` is that of `alone`."""
    both = [
        ([m.kernel, m.encoder], m.example) for m in margins if m.passes and m.encoder is not None
    ]
    (of_kernel, of_encoder), offset = _fitted(both)
    return (
        ENCODER_TRUST * of_kernel + (1 - ENCODER_TRUST) * by_itself,
        ENCODER_TRUST * of_encoder,
        offset - LESS_SURE,
    )


def scores(margins: Sequence[Unfitted]) -> list[float]:
    """The probability that each is relevant, as `Model` would have it: the encoder is not asked
    where the kernel is sure."""
    slope, offset = alone(margins)
    of_kernel, of_encoder, both = joint(margins, slope)
    found = []
    for margin in margins:
        score = logistic(slope * margin.kernel + offset)
        if margin.encoder is not None and score >= SURELY_NOT:
            score = logistic(of_kernel * margin.kernel + of_encoder * margin.encoder + both)
        found.append(score)
    return found


def _fitted(margins: Sequence[tuple[list[float], Example]]) -> tuple[list[float], float]:
    from sklearn.linear_model import LogisticRegression

    examples = [example for _, example in margins]
    total = sum(example.weight for example in examples)
    share = sum(example.weight for example in examples if example.relevant) / total
    weight = {True: MEASURED_PRIOR / share, False: (1 - MEASURED_PRIOR) / (1 - share)}
    one: Any = LogisticRegression(C=_HARDLY_REGULARISED, max_iter=2000)
    one.fit(
        [values for values, _ in margins],
        [example.relevant for example in examples],
        sample_weight=[weight[example.relevant] * example.weight for example in examples],
    )
    return [float(slope) for slope in one.coef_[0]], float(one.intercept_[0])
