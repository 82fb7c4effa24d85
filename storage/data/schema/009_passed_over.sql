-- Articles that fell below the threshold, by score: which of them a lower one would add. Where the
-- classifier was surely against an article there is nothing to add.
CREATE INDEX articles_passed_over ON articles (score) WHERE relevant = 0 AND score >= 0.03;
