-- Routes as chat sets them: everything but name, channel, origin and fault, as JSON.
ALTER TABLE routes ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

UPDATE routes SET settings = json_object(
    'beneficiaries', json(beneficiaries), 'committers', json(committers),
    'directions', json(directions), 'min_stage', min_stage, 'min_confidence', min_confidence,
    'mode', mode
);

ALTER TABLE routes DROP COLUMN beneficiaries;

ALTER TABLE routes DROP COLUMN committers;

ALTER TABLE routes DROP COLUMN directions;

ALTER TABLE routes DROP COLUMN min_stage;

ALTER TABLE routes DROP COLUMN min_confidence;

ALTER TABLE routes DROP COLUMN mode;

ALTER TABLE routes ADD COLUMN space TEXT NOT NULL DEFAULT '';

-- What an alert said before it was corrected: a list of one claim, or of none.
ALTER TABLE developments ADD COLUMN corrected_from TEXT NOT NULL DEFAULT '[]';

-- What waits for a digest; delivery_id names the digest in which it stood, part its message there: 0
-- is the main one. before is the claim that the channel knew, as a list of one or of none.
CREATE TABLE digest_items (
    id INTEGER PRIMARY KEY,
    route TEXT NOT NULL,
    channel TEXT NOT NULL,
    development_id INTEGER NOT NULL REFERENCES developments (id),
    revision INTEGER NOT NULL,
    why TEXT NOT NULL,
    what TEXT NOT NULL DEFAULT '',
    before TEXT NOT NULL DEFAULT '[]',
    queued TEXT NOT NULL,
    due TEXT NOT NULL,
    delivery_id INTEGER REFERENCES deliveries (id) ON DELETE CASCADE,
    part INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX digest_items_once ON digest_items (channel, development_id)
WHERE delivery_id IS NULL;

CREATE INDEX digest_items_due ON digest_items (due) WHERE delivery_id IS NULL;

CREATE INDEX digest_items_development ON digest_items (development_id, channel);

CREATE INDEX digest_items_delivery ON digest_items (delivery_id) WHERE delivery_id IS NOT NULL;

-- How many alerts a route had in the last hour.
CREATE INDEX deliveries_alerted ON deliveries (created) WHERE kind = 'alert';

-- Who wants a direct message when a development moves.
CREATE TABLE follows (
    development_id INTEGER NOT NULL REFERENCES developments (id),
    channel TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (development_id, channel)
) STRICT, WITHOUT ROWID;

CREATE INDEX follows_channel ON follows (channel);

-- Channels that want to hear no more of a development.
CREATE TABLE mutes (
    development_id INTEGER NOT NULL REFERENCES developments (id),
    channel TEXT NOT NULL,
    by TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (development_id, channel)
) STRICT, WITHOUT ROWID;

-- Who changed what, with what it takes to undo it.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    platform TEXT NOT NULL,
    space TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    undone_by INTEGER REFERENCES audit (id)
) STRICT;

CREATE INDEX audit_space ON audit (space, id);

-- What a correction makes of the claims that were shown.
ALTER TABLE feedback ADD COLUMN corrected TEXT;

-- Questions behind "next page" buttons whose words are too long for a button.
CREATE TABLE views (
    token TEXT PRIMARY KEY,
    question TEXT NOT NULL,
    created TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Short texts that the service keeps across restarts: digests of what a platform was told.
CREATE TABLE memory (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
