INSERT INTO held (article_id, feed_id, since) VALUES (2, 1, '2026-03-02T12:01:00.000000Z');
