-- Articles that people found missing: kept as examples, with what was said of them.
CREATE TABLE submissions (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    text TEXT NOT NULL,
    by TEXT NOT NULL,
    platform TEXT NOT NULL,
    space TEXT NOT NULL,
    given TEXT NOT NULL,
    assessment TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX submissions_once ON submissions (url, platform, by);
