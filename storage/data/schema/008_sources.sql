-- What a development shows and counts of its articles: read without their texts, which lie between.
DROP INDEX articles_development;

CREATE INDEX articles_of ON articles (
    development_id, id, source, role, score, title, url, published, first_seen
) WHERE development_id IS NOT NULL;

-- Which alerts were told, by week, route and channel; state and kind only so that nothing else is read.
DROP INDEX deliveries_alerts;

CREATE INDEX deliveries_alerts ON deliveries (
    finished, channel, development_id, route, state, kind
) WHERE state = 'sent' AND kind = 'alert';
