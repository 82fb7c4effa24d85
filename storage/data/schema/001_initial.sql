CREATE TABLE feeds (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  tags TEXT NOT NULL,
  interval_seconds REAL,
  full_text INTEGER NOT NULL,
  headers TEXT NOT NULL,
  origin TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  removed TEXT,
  added TEXT NOT NULL,
  added_by TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT '{}',
  next_check TEXT,
  last_checked TEXT,
  ended INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX feeds_due ON feeds (next_check) WHERE removed IS NULL AND paused = 0 AND ended = 0;

CREATE TABLE developments (
  id INTEGER PRIMARY KEY,
  short_id TEXT NOT NULL UNIQUE COLLATE NOCASE,
  revision INTEGER NOT NULL DEFAULT 1,
  head TEXT NOT NULL,
  stage INTEGER NOT NULL,
  direction TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active',
  confidence REAL NOT NULL,
  lead INTEGER NOT NULL REFERENCES articles (id),
  claims TEXT NOT NULL,
  changes TEXT NOT NULL DEFAULT '[]',
  history TEXT NOT NULL DEFAULT '[]',
  happened TEXT NOT NULL,
  created TEXT NOT NULL,
  updated TEXT NOT NULL,
  merged_into INTEGER REFERENCES developments (id)
) STRICT;

CREATE INDEX developments_latest ON developments (happened, id)
WHERE merged_into IS NULL AND status <> 'withdrawn';

CREATE TABLE short_id_counters (
  prefix TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE development_actors (
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  happened TEXT NOT NULL,
  development_id INTEGER NOT NULL REFERENCES developments (id) ON DELETE CASCADE,
  PRIMARY KEY (actor, role, happened, development_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX development_actors_of ON development_actors (development_id);

CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL REFERENCES feeds (id),
  keys TEXT NOT NULL,
  url TEXT NOT NULL,
  canonical_url TEXT NOT NULL,
  address INTEGER,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  text TEXT NOT NULL,
  quotations TEXT NOT NULL DEFAULT '',
  facets TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL,
  language TEXT NOT NULL,
  published TEXT,
  updated TEXT,
  content_digest TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  relevant INTEGER NOT NULL,
  score REAL NOT NULL,
  assessment TEXT NOT NULL,
  development_id INTEGER REFERENCES developments (id),
  role TEXT,
  outcome TEXT NOT NULL DEFAULT '',
  pruned INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX articles_address ON articles (address) WHERE address IS NOT NULL;

CREATE INDEX articles_unpruned ON articles (id) WHERE pruned = 0;

CREATE INDEX articles_development ON articles (development_id) WHERE development_id IS NOT NULL;

CREATE TABLE article_revisions (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  content_digest TEXT NOT NULL,
  assessment TEXT NOT NULL,
  replaced TEXT NOT NULL,
  PRIMARY KEY (article_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  feed_id INTEGER NOT NULL REFERENCES feeds (id),
  key BLOB NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles (id),
  PRIMARY KEY (feed_id, key)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE articles_fts USING fts5 (
  title, summary, text, quotations, facets,
  content = 'articles', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts (rowid, title, summary, text, quotations, facets)
  VALUES (new.id, new.title, new.summary, new.text, new.quotations, new.facets);
END;

CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts (articles_fts, rowid, title, summary, text, quotations, facets)
  VALUES ('delete', old.id, old.title, old.summary, old.text, old.quotations, old.facets);
END;

CREATE TRIGGER articles_fts_update
AFTER UPDATE OF title, summary, text, quotations, facets ON articles BEGIN
  INSERT INTO articles_fts (articles_fts, rowid, title, summary, text, quotations, facets)
  VALUES ('delete', old.id, old.title, old.summary, old.text, old.quotations, old.facets);
  INSERT INTO articles_fts (rowid, title, summary, text, quotations, facets)
  VALUES (new.id, new.title, new.summary, new.text, new.quotations, new.facets);
END;

CREATE TABLE story_reports (
  article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
  development_id INTEGER NOT NULL REFERENCES developments (id),
  report TEXT NOT NULL
) STRICT;

CREATE INDEX story_reports_of ON story_reports (development_id, article_id);

CREATE TABLE story_index (
  key INTEGER NOT NULL,
  day INTEGER NOT NULL,
  development_id INTEGER NOT NULL,
  PRIMARY KEY (key, day, development_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX story_index_of ON story_index (development_id);

CREATE TABLE memberships (
  organisation TEXT NOT NULL,
  member TEXT NOT NULL,
  since TEXT NOT NULL,
  until TEXT,
  PRIMARY KEY (member, organisation, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE instruments (
  id TEXT PRIMARY KEY,
  date TEXT NOT NULL,
  title TEXT NOT NULL,
  note TEXT NOT NULL,
  confidence TEXT NOT NULL,
  source TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;

CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  committer TEXT NOT NULL,
  beneficiary TEXT NOT NULL,
  obligation TEXT NOT NULL,
  stage INTEGER NOT NULL,
  direction TEXT NOT NULL,
  status TEXT NOT NULL,
  conditions TEXT NOT NULL,
  legal_form TEXT NOT NULL,
  since TEXT NOT NULL,
  title TEXT NOT NULL,
  instrument_id TEXT REFERENCES instruments (id),
  development_id INTEGER REFERENCES developments (id),
  standing TEXT NOT NULL,
  attribution TEXT NOT NULL,
  source TEXT NOT NULL,
  recorded TEXT NOT NULL,
  decided_by TEXT,
  decided TEXT,
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE ledger_current (
  committer TEXT NOT NULL,
  beneficiary TEXT NOT NULL,
  obligation TEXT NOT NULL,
  ledger_id INTEGER NOT NULL REFERENCES ledger (id),
  stage INTEGER NOT NULL,
  status TEXT NOT NULL,
  as_of TEXT NOT NULL,
  PRIMARY KEY (beneficiary, committer, obligation)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_current_committer ON ledger_current (committer);

CREATE INDEX ledger_key ON ledger (committer, beneficiary, obligation, since);

CREATE INDEX ledger_beneficiary ON ledger (beneficiary);

CREATE INDEX ledger_development ON ledger (development_id) WHERE development_id IS NOT NULL;

CREATE TABLE routes (
  name TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  beneficiaries TEXT NOT NULL,
  committers TEXT NOT NULL,
  directions TEXT NOT NULL,
  min_stage INTEGER NOT NULL,
  min_confidence REAL NOT NULL,
  mode TEXT NOT NULL,
  origin TEXT NOT NULL,
  disabled TEXT NOT NULL DEFAULT '',
  added TEXT NOT NULL,
  added_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX routes_channel ON routes (channel);

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  chat TEXT NOT NULL,
  channel TEXT NOT NULL,
  route TEXT NOT NULL,
  development_id INTEGER REFERENCES developments (id),
  article_id INTEGER REFERENCES articles (id),
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created TEXT NOT NULL,
  due TEXT NOT NULL,
  leased_until TEXT,
  first_attempt TEXT,
  reconcile INTEGER NOT NULL DEFAULT 0,
  message_id TEXT,
  message_channel TEXT,
  revision INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  finished TEXT
) STRICT;

CREATE INDEX deliveries_open ON deliveries (chat, channel, id)
WHERE state IN ('waiting', 'leased', 'unknown');

CREATE INDEX deliveries_development ON deliveries (development_id, channel)
WHERE development_id IS NOT NULL;

CREATE INDEX deliveries_state ON deliveries (state, id);

CREATE INDEX deliveries_alerts ON deliveries (finished) WHERE state = 'sent' AND kind = 'alert';

CREATE TABLE feedback (
  id INTEGER PRIMARY KEY,
  development_id INTEGER NOT NULL REFERENCES developments (id),
  verdict TEXT NOT NULL,
  by TEXT NOT NULL,
  platform TEXT NOT NULL,
  given TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  space TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'waiting',
  decided_by TEXT NOT NULL DEFAULT '',
  revision INTEGER NOT NULL,
  shown TEXT NOT NULL
) STRICT;

CREATE INDEX feedback_development ON feedback (development_id);
