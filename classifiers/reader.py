"""The default pipeline: gate, claims, relevance; an article in, an assessment out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from classifiers import assembly, encoder, features, judge, relevance, wordpiece
from classifiers.assessment import Assessment, Claim, TrailStep
from classifiers.document import Document, read
from classifiers.gate import Gate, gate
from classifiers.language import is_cyrillic, likely
from classifiers.language_file import languages
from classifiers.lexicon import Lexicon, lexicon
from classifiers.matching import fold
from classifiers.mentions import name_indexes
from classifiers.model import SURELY_NOT, Model, shipped
from classifiers.summary import headline, lines, stage_line
from feeds.article import Article

_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads articles. Holds no state: safe to call from any thread or process."""

    terms: Gate
    model: Model
    threshold: float = relevance.THRESHOLD

    def gate(self, article: Article) -> bool:
        """The cheap test alone: False for most news."""
        return self.terms.passes(article)

    def assess(self, article: Article) -> Assessment:
        """The whole assessment. Takes about a millisecond for a short article, ten for a long one,
        and ten more for English that is in question; no network."""
        language = _language(article)
        if not self.terms.passes(article):
            return _passed_by(language, "no term of a commitment is named")
        words = _lexicon(language)
        if words is None:
            return _passed_by(language, f"no lexicon for the language {language!r}")
        return self._judge(read(article, language, words), article)

    def _judge(self, document: Document, article: Article) -> Assessment:
        found = assembly.candidates_of(document)
        ruled = [c.claim for c in found]
        lead = features.lead(document)
        verdict = judge.judge(self.model, lead, ruled, self._asked(document.language))
        if verdict is None:
            why = f"the model is sure that no commitment is reported (below {SURELY_NOT})"
            return _passed_by(document.language, why, self.model.version)
        claims = assembly.ordered(found, judge.head_claim(lead, ruled, verdict))
        sure = [replace(c, confidence=relevance.confidence(verdict.score)) for c in claims]
        relevant = bool(sure) and verdict.score >= self.threshold
        return Assessment(
            relevant=relevant,
            score=verdict.score,
            claims=tuple(sure),
            summary=lines(sure),
            language=document.language,
            trail=self._trail(article, document, verdict, sure),
            model=self.model.version,
        )

    def _asked(self, language: str) -> judge.Asked:
        """The encoder, where it reads the language and the model was calibrated with it."""
        if language != wordpiece.LANGUAGE:
            return judge.no_opinion
        one = encoder.shipped()
        return one.read if self.model.encoder == one.digest else judge.no_opinion

    def _trail(
        self,
        article: Article,
        document: Document,
        verdict: judge.Verdict,
        claims: Sequence[Claim],
    ) -> tuple[TrailStep, ...]:
        steps = [TrailStep("gate", "terms: " + ", ".join(self.terms.terms(article)[:12]))]
        actors = dict.fromkeys(m.code for m in document.mentions)
        steps.append(TrailStep("actors", ", ".join(actors) or "none"))
        for claim in claims:
            where = next((e for e in claim.evidence if e.field == "stage"), None)
            if where:
                steps.append(TrailStep("sentence", f"{where.place}: {where.quote}"))
            steps.append(TrailStep("rule", f"{headline(claim)}; {stage_line(claim)}"))
        weighed = self.model.article.strongest("relevant", verdict.vector)
        parts = ", ".join(f"{features.worded(name)} {weight:+.2f}" for name, weight in weighed)
        steps.append(TrailStep("model", f"{verdict.head}; weighed most: {parts}"))
        steps.append(TrailStep("likeness", self._likeness(verdict)))
        if verdict.opinion:
            steps.append(TrailStep("encoder", _read_as_a_whole(verdict.opinion)))
        bar = f"{verdict.score:.2f}; relevant from {self.threshold:.2f}"
        steps.append(TrailStep("score", bar))
        return tuple(steps)

    def _likeness(self, verdict: judge.Verdict) -> str:
        """The labelled examples that spoke loudest for and against."""
        nearest = self.model.kernel.nearest(verdict.vector, 4)
        return "; ".join(
            f"{'like' if moved > 0 else 'but also like'} “{precedent.title}”"
            f" ({precedent.head if moved > 0 else 'not relevant'}) {moved:+.2f}"
            for precedent, moved in sorted(nearest, key=lambda pair: -pair[1])
        )


def _read_as_a_whole(opinion: encoder.Opinion) -> str:
    types = opinion.chances["type"]
    side = "for" if opinion.margin > 0 else "against"
    return (
        f"headline and teaser read as a whole speak {side} a development"
        f" ({opinion.margin:+.1f}); if one, most likely {max(types, key=lambda name: types[name])}"
    )


def load_reader() -> Reader:
    """The reader with its data loaded, so that the first article is not slow."""
    for language in languages():
        lexicon(language)
        name_indexes(language)
    encoder.shipped()
    return Reader(gate(), shipped())


def _language(article: Article) -> str:
    """The language by small words; of several that a short text allows, the one whose lexicon
    knows most of it."""
    sample = f"{article.title}\n{article.summary}\n{article.text[:_SAMPLE]}"
    allowed = likely(sample, article.language)
    if len(allowed) == 1:
        return allowed[0]
    folded = fold(sample)
    known = {
        language: len(lexicon(language).marks(folded)) + 2 * (language in allowed)
        for language in languages()
        if not is_cyrillic(language)
    }
    best = max(known, key=lambda language: known[language])
    return best if known[best] > 2 else allowed[0]


def _lexicon(language: str) -> Lexicon | None:
    return lexicon(language) if language in languages() else None


def _passed_by(language: str, why: str, model: str = "") -> Assessment:
    step = TrailStep("model" if model else "gate", why)
    return Assessment(False, 0.0, (), (), language, (step,), model)
