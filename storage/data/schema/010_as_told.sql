-- Whom developments concern: updates and edits had left rows as they were when it was first told.
DELETE FROM development_actors;

INSERT INTO development_actors (actor, role, happened, development_id)
SELECT DISTINCT a.value, 'from', d.happened, d.id
FROM developments d, json_each(d.claims) c, json_each(c.value, '$.committers') a
WHERE d.merged_into IS NULL
UNION ALL
SELECT DISTINCT a.value, 'to', d.happened, d.id
FROM developments d, json_each(d.claims) c, json_each(c.value, '$.beneficiaries') a
WHERE d.merged_into IS NULL;

-- What an article that is held did to which development, and the claims as they were before it.
ALTER TABLE held ADD COLUMN kind TEXT NOT NULL DEFAULT 'new';

ALTER TABLE held ADD COLUMN development_id INTEGER REFERENCES developments (id);

ALTER TABLE held ADD COLUMN before TEXT NOT NULL DEFAULT '[]';

-- Of what waits already, a denial can still be told as one.
UPDATE held
SET
    kind = CASE a.role WHEN 'first' THEN 'new' WHEN 'denial' THEN 'denial' ELSE 'source' END,
    development_id = a.development_id
FROM articles a
WHERE a.id = held.article_id AND a.development_id IS NOT NULL;
