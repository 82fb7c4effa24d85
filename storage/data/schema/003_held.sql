-- Articles of a burst: kept and classified, told to nobody until an admin decides.
CREATE TABLE held (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    feed_id INTEGER NOT NULL REFERENCES feeds (id),
    since TEXT NOT NULL
) STRICT;

CREATE INDEX held_by_feed ON held (feed_id);
