"""From a score to a decision and to the confidence that people are shown.

The score is calibrated for a mix in which one article in three is relevant, as in the labelled
news by which it is measured. In a feed far fewer are: the confidence is the score corrected for a
stated prior (Saerens and others, 2002).
"""

from __future__ import annotations

# Share of relevant articles that the score is calibrated for.
MEASURED_PRIOR = 1 / 3
# Share among the articles of feeds that pass the gate and that a desk subscribes to.
FEED_PRIOR = 0.1
# From this score on an article is relevant. A little above one half: what lies between is relevant
# as often as not, and of two like mistakes an alert about nothing wearies a team more.
THRESHOLD = 0.55


def confidence(score: float, prior: float = FEED_PRIOR) -> float:
    """The probability for another share of relevant articles than the score was made for."""
    if score <= 0 or score >= 1:
        return min(1.0, max(0.0, score))
    odds = score / (1 - score) * (prior / (1 - prior)) / (MEASURED_PRIOR / (1 - MEASURED_PRIOR))
    return odds / (1 + odds)
