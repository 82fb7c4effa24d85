PRAGMA application_id = 1347175511;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
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
, corrected_from TEXT NOT NULL DEFAULT '[]') STRICT;
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
CREATE TABLE story_reports (
  article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
  development_id INTEGER NOT NULL REFERENCES developments (id),
  report TEXT NOT NULL
) STRICT;
CREATE TABLE story_index (
  key INTEGER NOT NULL,
  day INTEGER NOT NULL,
  development_id INTEGER NOT NULL,
  PRIMARY KEY (key, day, development_id)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE routes (
  name TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  origin TEXT NOT NULL,
  disabled TEXT NOT NULL DEFAULT '',
  added TEXT NOT NULL,
  added_by TEXT NOT NULL DEFAULT ''
, settings TEXT NOT NULL DEFAULT '{}', space TEXT NOT NULL DEFAULT '') STRICT;
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
, corrected TEXT) STRICT;
CREATE TABLE held (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    feed_id INTEGER NOT NULL REFERENCES feeds (id),
    since TEXT NOT NULL
, kind TEXT NOT NULL DEFAULT 'new', development_id INTEGER REFERENCES developments (id), before TEXT NOT NULL DEFAULT '[]') STRICT;
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
CREATE TABLE follows (
    development_id INTEGER NOT NULL REFERENCES developments (id),
    channel TEXT NOT NULL,
    since TEXT NOT NULL, asked_in TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (development_id, channel)
) STRICT, WITHOUT ROWID;
CREATE TABLE mutes (
    development_id INTEGER NOT NULL REFERENCES developments (id),
    channel TEXT NOT NULL,
    by TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (development_id, channel)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE views (
    token TEXT PRIMARY KEY,
    question TEXT NOT NULL,
    created TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE memory (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE opinion_days (
    day TEXT PRIMARY KEY,
    calls INTEGER NOT NULL,
    cost REAL NOT NULL
) STRICT;
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (1, 'pledgewatch', '001_initial', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (2, 'pledgewatch', '002_starting_ledger', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (3, 'pledgewatch', '003_held', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (4, 'pledgewatch', '004_submissions', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (5, 'pledgewatch', '005_chat', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (6, 'pledgewatch', '006_opinions', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (7, 'pledgewatch', '007_followers', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (8, 'pledgewatch', '008_sources', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (9, 'pledgewatch', '009_passed_over', '2026-03-02 12:00:00+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (10, 'pledgewatch', '010_as_told', '2026-03-02 12:00:00+00:00');
INSERT INTO feeds (id, url, name, tags, interval_seconds, full_text, headers, origin, paused, removed, added, added_by, state, next_check, last_checked, ended, failures) VALUES (1, 'https://gazette.example/feed.xml', 'Gazette', '[]', NULL, 1, '[]', 'command', 0, NULL, '2026-03-02T12:00:00.000000Z', '', '{"last_checked":"2026-03-02T12:02:00+00:00","good_polls":2}', NULL, '2026-03-02T12:02:00.000000Z', 0, 0);
INSERT INTO developments (id, short_id, revision, head, stage, direction, status, confidence, lead, claims, changes, history, happened, created, updated, merged_into, corrected_from) VALUES (1, 'UKR-1', 2, 'pledged', 2, 'new', 'active', 0.8, 1, '[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges more troops","place":"title","start":0,"end":27}],"confidence":0.8}]', '[{"committers":["GBR"],"beneficiaries":["UKR"],"direction":"new","stage":2,"before":[{"id":720,"committer":"GBR","beneficiary":"UKR","obligation":"troop_deployment","stage":3,"status":"active","conditions":["ceasefire","parliament","host_consent"],"legal_form":"declaration_of_intent","since":"2026-01-06T00:00:00Z","title":"UK-France-Ukraine Declaration of Intent on the Multinational Force for Ukraine","development_id":null,"source":"instrument, confidence high: TRT 7 Jan 2026; UKDJ; UPI"},{"id":718,"committer":"COALITION_OF_THE_WILLING","beneficiary":"UKR","obligation":"troop_deployment","stage":3,"status":"active","conditions":["ceasefire","us_backstop"],"legal_form":"political_declaration","since":"2026-01-06T00:00:00Z","title":"Paris Declaration of the Coalition of the Willing (robust security guarantees)","development_id":null,"source":"instrument, confidence high: pages 6-7 Jan 2026"}]}]', '["2026-03-02 12:01 UTC: first reported by Gazette","2026-03-02 12:02 UTC: Gazette edited its article"]', '2026-03-02T12:00:00.000000Z', '2026-03-02T12:01:00.000000Z', '2026-03-02T12:02:00.000000Z', NULL, '[]');
INSERT INTO short_id_counters (prefix, last) VALUES ('UKR', 1);
INSERT INTO development_actors (actor, role, happened, development_id) VALUES ('GBR', 'from', '2026-03-02T12:00:00.000000Z', 1);
INSERT INTO development_actors (actor, role, happened, development_id) VALUES ('UKR', 'to', '2026-03-02T12:00:00.000000Z', 1);
INSERT INTO articles (id, feed_id, keys, url, canonical_url, address, title, summary, text, quotations, facets, source, language, published, updated, content_digest, first_seen, revision, relevant, score, assessment, development_id, role, outcome, pruned) VALUES (1, 1, '["id:1"]', 'https://gazette.example/b824aa9f', 'https://gazette.example/id:1', -8277694190298330657, 'Britain pledges more troops', '', '', 'Britain pledges more troops', 'langen srcgazette srcgazette isrelevant fromgbr toukr abouttroopdeployment stage2 dirnew', 'Gazette', 'en', '2026-03-02T12:00:00.000000Z', NULL, '3d9f69ffaee12ae1b40c2e7bdb16e296f8cd8b1fb77b58d10ec4932e97187f0a', '2026-03-02T12:01:00.000000Z', 2, 1, 0.9, '{"relevant":true,"score":0.9,"claims":[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges more troops","place":"title","start":0,"end":27}],"confidence":0.8}],"summary":["Britain pledges more troops"],"language":"en","model":"test"}', 1, 'first', 'is a further source of UKR-1; alerted', 0);
INSERT INTO articles (id, feed_id, keys, url, canonical_url, address, title, summary, text, quotations, facets, source, language, published, updated, content_digest, first_seen, revision, relevant, score, assessment, development_id, role, outcome, pruned) VALUES (2, 1, '["id:2"]', 'https://gazette.example/a3a14aae', 'https://gazette.example/id:2', -5332981130479318800, 'Rain in Kent', '', '', '', 'langen srcgazette srcgazette', 'Gazette', 'en', '2026-03-02T12:00:00.000000Z', NULL, '11b22ea8bd8b1d0c519c7c01540da6806e2f628139307f301e1136900d8977d7', '2026-03-02T12:01:00.000000Z', 1, 0, 0.1, '{"model":"test"}', NULL, NULL, 'not relevant', 0);
INSERT INTO article_revisions (article_id, revision, title, summary, content_digest, assessment, replaced) VALUES (1, 1, 'Britain pledges troops', '', 'c6766627b21277dd79ef95a19c8d0fe5e44f1360a49d0caf01fd8a2b33593fa6', '{"relevant":true,"score":0.9,"claims":[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges troops","place":"title","start":0,"end":22}],"confidence":0.8}],"summary":["Britain pledges troops"],"language":"en","model":"test"}', '2026-03-02T12:02:00.000000Z');
INSERT INTO entries (feed_id, key, article_id) VALUES (1, X'1F544F6FBC2A82FD8315F435', 1);
INSERT INTO entries (feed_id, key, article_id) VALUES (1, X'EEECC2AC47DFF17C5869896F', 2);
INSERT INTO story_reports (article_id, development_id, report) VALUES (1, 1, '{"when":"2026-03-02T12:00:00.000000Z","outlet":"Gazette","language":"en","heads":["GBR"],"actors":["GBR","UKR"],"acts":["pledge"],"all_acts":["pledge"],"matters":["troops"],"words":"wz1dFl7s9BfJxDppZYO13w==","shingles":"eqjdFzV0gypJX+iDL2y/oqWQC9c="}');
INSERT INTO story_index (key, day, development_id) VALUES (-9116699607618876525, 20514, 1);
INSERT INTO story_index (key, day, development_id) VALUES (-2510836494061738788, 20514, 1);
INSERT INTO story_index (key, day, development_id) VALUES (1478081223803513422, 20514, 1);
INSERT INTO story_index (key, day, development_id) VALUES (4630308567344042722, 20514, 1);
INSERT INTO story_index (key, day, development_id) VALUES (5186409365905360501, 20514, 1);
INSERT INTO story_index (key, day, development_id) VALUES (6989519805598788872, 20514, 1);
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'ARM', '1994-04-20T', NULL);
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'AZE', '1994-04-20T', '1999-04-02T');
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'BLR', '1994-04-20T', NULL);
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'GEO', '1994-04-20T', '1999-04-02T');
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'KAZ', '1994-04-20T', NULL);
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'KGZ', '1994-04-20T', NULL);
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'RUS', '1994-04-20T', NULL);
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'TJK', '1994-04-20T', NULL);
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'UZB', '1994-04-20T', '1999-04-02T');
INSERT INTO memberships (organisation, member, since, until) VALUES ('CSTO', 'UZB', '2006-08-16T', '2012-12-19T');
INSERT INTO instruments (id, date, title, note, confidence, source, details) VALUES ('inst-001', '1839-04-19', 'Treaty of London (neutrality of Belgium)', 'the "scrap of paper"; invoked Aug 1914', 'high', 'reference knowledge, no page checked', '{"id": "inst-001", "date": "1839-04-19", "title": "Treaty of London (neutrality of Belgium)", "committers": ["GBR", "FRA", "AUT", "PRU", "RUS", "NLD"], "beneficiaries": ["BEL"], "mutual": false, "parties": ["GBR", "FRA", "AUT", "PRU", "RUS", "NLD", "BEL"], "obligations": ["neutrality", "unspecified_guarantee"], "stage": 5, "direction": "new", "status": "terminated", "binding": "legal", "legal_form": "treaty", "conditions": [], "in_force": null, "aliases": [], "note": "the \"scrap of paper\"; invoked Aug 1914", "confidence": "high", "source": "reference knowledge, no page checked"}');
INSERT INTO instruments (id, date, title, note, confidence, source, details) VALUES ('inst-002', '1925-12-01', 'Locarno Treaties', 'initialled Locarno 16 Oct 1925, signed London 1 Dec 1925', 'high', 'reference knowledge, no page checked', '{"id": "inst-002", "date": "1925-12-01", "title": "Locarno Treaties", "committers": ["GBR", "ITA"], "beneficiaries": ["FRA", "BEL", "DEU"], "mutual": false, "parties": ["DEU", "FRA", "BEL", "GBR", "ITA"], "obligations": ["unspecified_guarantee", "nonaggression"], "stage": 5, "direction": "new", "status": "terminated", "binding": "legal", "legal_form": "treaty", "conditions": [], "in_force": null, "aliases": ["Locarno Pact"], "note": "initialled Locarno 16 Oct 1925, signed London 1 Dec 1925", "confidence": "high", "source": "reference knowledge, no page checked"}');
INSERT INTO instruments (id, date, title, note, confidence, source, details) VALUES ('inst-003', '1939-03-31', 'UK (and French) guarantee to Poland, Chamberlain statement', 'unilateral pledge, later converted to treaty 25 Aug 1939', 'high', 'reference knowledge, no page checked', '{"id": "inst-003", "date": "1939-03-31", "title": "UK (and French) guarantee to Poland, Chamberlain statement", "committers": ["GBR", "FRA"], "beneficiaries": ["POL"], "mutual": false, "parties": ["GBR", "FRA"], "obligations": ["mutual_defence"], "stage": 2, "direction": "new", "status": "terminated", "binding": "political", "legal_form": "unilateral_statement", "conditions": [], "in_force": null, "aliases": [], "note": "unilateral pledge, later converted to treaty 25 Aug 1939", "confidence": "high", "source": "reference knowledge, no page checked"}');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (758, 'GBR', 'UKR', 'troop_deployment', 2, 'new', 'active', '[]', 'none_reported', '2026-03-02T12:00:00.000000Z', 'Britain pledges troops', NULL, 1, 'pending', 'committer', 'https://gazette.example/b824aa9f', '2026-03-02T12:01:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (759, 'GBR', 'BEL', 'neutrality', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (760, 'GBR', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (761, 'FRA', 'BEL', 'neutrality', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (762, 'FRA', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (763, 'AUT', 'BEL', 'neutrality', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (764, 'AUT', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (765, 'PRU', 'BEL', 'neutrality', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (766, 'PRU', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (767, 'RUS', 'BEL', 'neutrality', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (768, 'RUS', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (769, 'NLD', 'BEL', 'neutrality', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (770, 'NLD', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1839-04-19T00:00:00.000000Z', 'Treaty of London (neutrality of Belgium)', 'inst-001', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1839-04-19T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (771, 'GBR', 'FRA', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (772, 'GBR', 'FRA', 'nonaggression', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (773, 'GBR', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (774, 'GBR', 'BEL', 'nonaggression', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (775, 'GBR', 'DEU', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (776, 'GBR', 'DEU', 'nonaggression', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (777, 'ITA', 'FRA', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (778, 'ITA', 'FRA', 'nonaggression', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (779, 'ITA', 'BEL', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (780, 'ITA', 'BEL', 'nonaggression', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (781, 'ITA', 'DEU', 'unspecified_guarantee', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (782, 'ITA', 'DEU', 'nonaggression', 5, 'new', 'expired', '[]', 'treaty', '1925-12-01T00:00:00.000000Z', 'Locarno Treaties', 'inst-002', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1925-12-01T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (783, 'GBR', 'POL', 'mutual_defence', 2, 'new', 'expired', '[]', 'unilateral_statement', '1939-03-31T00:00:00.000000Z', 'UK (and French) guarantee to Poland, Chamberlain statement', 'inst-003', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1939-03-31T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note) VALUES (784, 'FRA', 'POL', 'mutual_defence', 2, 'new', 'expired', '[]', 'unilateral_statement', '1939-03-31T00:00:00.000000Z', 'UK (and French) guarantee to Poland, Chamberlain statement', 'inst-003', NULL, 'confirmed', 'document', 'instrument, confidence high: reference knowledge, no page checked', '1939-03-31T00:00:00.000000Z', NULL, NULL, '');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('AUT', 'BEL', 'neutrality', 763, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('AUT', 'BEL', 'unspecified_guarantee', 764, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('FRA', 'BEL', 'neutrality', 761, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('FRA', 'BEL', 'unspecified_guarantee', 762, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('GBR', 'BEL', 'neutrality', 759, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('GBR', 'BEL', 'nonaggression', 774, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('GBR', 'BEL', 'unspecified_guarantee', 773, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('ITA', 'BEL', 'nonaggression', 780, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('ITA', 'BEL', 'unspecified_guarantee', 779, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('NLD', 'BEL', 'neutrality', 769, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('NLD', 'BEL', 'unspecified_guarantee', 770, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('PRU', 'BEL', 'neutrality', 765, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('PRU', 'BEL', 'unspecified_guarantee', 766, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('RUS', 'BEL', 'neutrality', 767, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('RUS', 'BEL', 'unspecified_guarantee', 768, 5, 'expired', '1839-04-19T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('GBR', 'DEU', 'nonaggression', 776, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('GBR', 'DEU', 'unspecified_guarantee', 775, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('ITA', 'DEU', 'nonaggression', 782, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('ITA', 'DEU', 'unspecified_guarantee', 781, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('GBR', 'FRA', 'nonaggression', 772, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('GBR', 'FRA', 'unspecified_guarantee', 771, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('ITA', 'FRA', 'nonaggression', 778, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status, as_of) VALUES ('ITA', 'FRA', 'unspecified_guarantee', 777, 5, 'expired', '1925-12-01T00:00:00.000000Z');
INSERT INTO routes (name, channel, origin, disabled, added, added_by, settings, space) VALUES ('desk', 'slack:C1', 'chat', '', '2026-03-02T12:00:00.000000Z', 'U1', '{"beneficiaries":["UKR"],"committers":[],"directions":["new","strengthened"],"min_stage":2,"min_confidence":0.5,"mode":"instant"}', '');
INSERT INTO routes (name, channel, origin, disabled, added, added_by, settings, space) VALUES ('weekly', 'slack:C2', 'chat', '', '2026-03-02T12:00:00.000000Z', 'U1', '{"mode":"weekly"}', 'T1');
INSERT INTO deliveries (id, key, kind, chat, channel, route, development_id, article_id, payload, state, attempts, created, due, leased_until, first_attempt, reconcile, message_id, message_channel, revision, reason, finished) VALUES (1, 'gwuwsmmr756q667kuopx3ehg', 'alert', 'slack', 'slack:C1', 'desk', 1, 1, '{}', 'sent', 1, '2026-03-02T12:01:00.000000Z', '2026-03-02T12:01:00.000000Z', NULL, '2026-03-02T12:01:01.000000Z', 0, '1767000000.000100', 'slack:C1', 1, '', '2026-03-02T12:01:02.000000Z');
INSERT INTO deliveries (id, key, kind, chat, channel, route, development_id, article_id, payload, state, attempts, created, due, leased_until, first_attempt, reconcile, message_id, message_channel, revision, reason, finished) VALUES (2, 'rsscbe552elt4if7noavx2jk', 'edit', 'slack', 'slack:C1', 'desk', 1, 1, '{}', 'waiting', 0, '2026-03-02T12:02:00.000000Z', '2026-03-02T12:02:00.000000Z', NULL, NULL, 0, NULL, NULL, NULL, '', NULL);
INSERT INTO feedback (id, development_id, verdict, by, platform, given, note, space, state, decided_by, revision, shown, corrected) VALUES (1, 1, 'not_relevant', 'U7', 'slack', '2026-03-02T12:00:00.000000Z', '', 'T1', 'waiting', '', 2, '[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges more troops","place":"title","start":0,"end":27}],"confidence":0.8}]', NULL);
INSERT INTO held (article_id, feed_id, since, kind, development_id, before) VALUES (2, 1, '2026-03-02T12:01:00.000000Z', 'new', NULL, '[]');
INSERT INTO submissions (id, url, title, summary, text, by, platform, space, given, assessment) VALUES (1, 'https://herald.example/pact', 'A pact nobody saw', '', 'Two states agreed on a pact.', 'U7', 'slack', 'T1', '2026-03-02T12:03:00.000000Z', '{"model":"test"}');
INSERT INTO digest_items (id, route, channel, development_id, revision, why, what, before, queued, due, delivery_id, part) VALUES (1, 'weekly', 'slack:C2', 1, 2, 'mode', '', '[]', '2026-03-02T12:02:00.000000Z', '2026-03-09T07:00:00.000000Z', NULL, 0);
INSERT INTO follows (development_id, channel, since, asked_in) VALUES (1, 'slack:@U7', '2026-03-02T12:04:00.000000Z', '');
INSERT INTO mutes (development_id, channel, by, since) VALUES (1, 'slack:C9', 'U7', '2026-03-02T12:05:00.000000Z');
INSERT INTO audit (id, at, by, name, platform, space, action, subject, before, after, undone_by) VALUES (1, '2026-03-02T12:00:00.000000Z', 'U1', 'Ana', 'slack', 'T1', 'routes add', 'desk', NULL, '{"name":"desk"}', NULL);
INSERT INTO views (token, question, created) VALUES ('k3', 'pledges latest to:UKR', '2026-03-02T12:06:00.000000Z');
INSERT INTO memory (key, value) VALUES ('space:slack:C1', 'T1');
INSERT INTO opinion_days (day, calls, cost) VALUES ('2026-03-02', 12, 0.25);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX feeds_due ON feeds (next_check) WHERE removed IS NULL AND paused = 0 AND ended = 0;
CREATE INDEX developments_latest ON developments (happened, id)
WHERE merged_into IS NULL AND status <> 'withdrawn';
CREATE INDEX development_actors_of ON development_actors (development_id);
CREATE INDEX articles_address ON articles (address) WHERE address IS NOT NULL;
CREATE INDEX articles_unpruned ON articles (id) WHERE pruned = 0;
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
CREATE INDEX story_reports_of ON story_reports (development_id, article_id);
CREATE INDEX story_index_of ON story_index (development_id);
CREATE INDEX ledger_current_committer ON ledger_current (committer);
CREATE INDEX ledger_key ON ledger (committer, beneficiary, obligation, since);
CREATE INDEX ledger_beneficiary ON ledger (beneficiary);
CREATE INDEX ledger_development ON ledger (development_id) WHERE development_id IS NOT NULL;
CREATE INDEX routes_channel ON routes (channel);
CREATE INDEX deliveries_open ON deliveries (chat, channel, id)
WHERE state IN ('waiting', 'leased', 'unknown');
CREATE INDEX deliveries_development ON deliveries (development_id, channel)
WHERE development_id IS NOT NULL;
CREATE INDEX deliveries_state ON deliveries (state, id);
CREATE INDEX feedback_development ON feedback (development_id);
CREATE INDEX held_by_feed ON held (feed_id);
CREATE UNIQUE INDEX submissions_once ON submissions (url, platform, by);
CREATE UNIQUE INDEX digest_items_once ON digest_items (channel, development_id)
WHERE delivery_id IS NULL;
CREATE INDEX digest_items_due ON digest_items (due) WHERE delivery_id IS NULL;
CREATE INDEX digest_items_development ON digest_items (development_id, channel);
CREATE INDEX digest_items_delivery ON digest_items (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX deliveries_alerted ON deliveries (created) WHERE kind = 'alert';
CREATE INDEX follows_channel ON follows (channel);
CREATE INDEX audit_space ON audit (space, id);
CREATE INDEX articles_of ON articles (
    development_id, id, source, role, score, title, url, published, first_seen
) WHERE development_id IS NOT NULL;
CREATE INDEX deliveries_alerts ON deliveries (
    finished, channel, development_id, route, state, kind
) WHERE state = 'sent' AND kind = 'alert';
CREATE INDEX articles_passed_over ON articles (score) WHERE relevant = 0 AND score >= 0.03;
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
