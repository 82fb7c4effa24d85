INSERT INTO feeds (id, url, name, tags, interval_seconds, full_text, headers, origin, paused, removed, added, added_by, state, next_check, last_checked, ended, failures)
VALUES (1, 'https://gazette.example/feed.xml', 'Gazette', '[]', NULL, 1, '[]', 'command', 0, NULL, '2026-03-02T12:00:00.000000Z', '', '{"last_checked":"2026-03-02T12:02:00+00:00","good_polls":2}', NULL, '2026-03-02T12:02:00.000000Z', 0, 0);

INSERT INTO articles (id, feed_id, keys, url, canonical_url, address, title, summary, text, quotations, facets, source, language, published, updated, content_digest, first_seen, revision, relevant, score, assessment, development_id, role, outcome, pruned)
VALUES (1, 1, '["id:1"]', 'https://gazette.example/b824aa9f', 'https://gazette.example/id:1', -8277694190298330657, 'Britain pledges more troops', '', '', 'Britain pledges more troops', 'langen srcgazette srcgazette isrelevant fromgbr toukr abouttroopdeployment stage2 dirnew', 'Gazette', 'en', '2026-03-02T12:00:00.000000Z', NULL, '3d9f69ffaee12ae1b40c2e7bdb16e296f8cd8b1fb77b58d10ec4932e97187f0a', '2026-03-02T12:01:00.000000Z', 2, 1, 0.9, '{"relevant":true,"score":0.9,"claims":[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges more troops","place":"title","start":0,"end":27}],"confidence":0.8}],"summary":["Britain pledges more troops"],"language":"en","model":"test"}', 1, 'first', 'is a further source of UKR-1; alerted', 0);

INSERT INTO articles (id, feed_id, keys, url, canonical_url, address, title, summary, text, quotations, facets, source, language, published, updated, content_digest, first_seen, revision, relevant, score, assessment, development_id, role, outcome, pruned)
VALUES (2, 1, '["id:2"]', 'https://gazette.example/a3a14aae', 'https://gazette.example/id:2', -5332981130479318800, 'Rain in Kent', '', '', '', 'langen srcgazette srcgazette', 'Gazette', 'en', '2026-03-02T12:00:00.000000Z', NULL, '11b22ea8bd8b1d0c519c7c01540da6806e2f628139307f301e1136900d8977d7', '2026-03-02T12:01:00.000000Z', 1, 0, 0.1, '{"model":"test"}', NULL, NULL, 'not relevant', 0);

INSERT INTO developments (id, short_id, revision, head, stage, direction, status, confidence, lead, claims, changes, history, happened, created, updated, merged_into)
VALUES (1, 'UKR-1', 2, 'pledged', 2, 'new', 'active', 0.8, 1, '[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges more troops","place":"title","start":0,"end":27}],"confidence":0.8}]', '[{"committers":["GBR"],"beneficiaries":["UKR"],"direction":"new","stage":2,"before":[{"id":720,"committer":"GBR","beneficiary":"UKR","obligation":"troop_deployment","stage":3,"status":"active","conditions":["ceasefire","parliament","host_consent"],"legal_form":"declaration_of_intent","since":"2026-01-06T00:00:00Z","title":"UK-France-Ukraine Declaration of Intent on the Multinational Force for Ukraine","development_id":null,"source":"instrument, confidence high: TRT 7 Jan 2026; UKDJ; UPI"},{"id":718,"committer":"COALITION_OF_THE_WILLING","beneficiary":"UKR","obligation":"troop_deployment","stage":3,"status":"active","conditions":["ceasefire","us_backstop"],"legal_form":"political_declaration","since":"2026-01-06T00:00:00Z","title":"Paris Declaration of the Coalition of the Willing (robust security guarantees)","development_id":null,"source":"instrument, confidence high: pages 6-7 Jan 2026"}]}]', '["2026-03-02 12:01 UTC: first reported by Gazette","2026-03-02 12:02 UTC: Gazette edited its article"]', '2026-03-02T12:00:00.000000Z', '2026-03-02T12:01:00.000000Z', '2026-03-02T12:02:00.000000Z', NULL);

INSERT INTO article_revisions (article_id, revision, title, summary, content_digest, assessment, replaced)
VALUES (1, 1, 'Britain pledges troops', '', 'c6766627b21277dd79ef95a19c8d0fe5e44f1360a49d0caf01fd8a2b33593fa6', '{"relevant":true,"score":0.9,"claims":[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges troops","place":"title","start":0,"end":22}],"confidence":0.8}],"summary":["Britain pledges troops"],"language":"en","model":"test"}', '2026-03-02T12:02:00.000000Z');

INSERT INTO entries (feed_id, key, article_id)
VALUES (1, X'1F544F6FBC2A82FD8315F435', 1);

INSERT INTO entries (feed_id, key, article_id)
VALUES (1, X'EEECC2AC47DFF17C5869896F', 2);

INSERT INTO short_id_counters (prefix, last)
VALUES ('UKR', 1);

INSERT INTO development_actors (actor, role, happened, development_id)
VALUES ('GBR', 'from', '2026-03-02T12:00:00.000000Z', 1);

INSERT INTO development_actors (actor, role, happened, development_id)
VALUES ('UKR', 'to', '2026-03-02T12:00:00.000000Z', 1);

INSERT INTO story_reports (article_id, development_id, report)
VALUES (1, 1, '{"when":"2026-03-02T12:00:00.000000Z","outlet":"Gazette","language":"en","heads":["GBR"],"actors":["GBR","UKR"],"acts":["pledge"],"all_acts":["pledge"],"matters":["troops"],"words":"wz1dFl7s9BfJxDppZYO13w==","shingles":"eqjdFzV0gypJX+iDL2y/oqWQC9c="}');

INSERT INTO story_index (key, day, development_id)
VALUES (-9116699607618876525, 20514, 1);

INSERT INTO story_index (key, day, development_id)
VALUES (-2510836494061738788, 20514, 1);

INSERT INTO story_index (key, day, development_id)
VALUES (1478081223803513422, 20514, 1);

INSERT INTO story_index (key, day, development_id)
VALUES (4630308567344042722, 20514, 1);

INSERT INTO story_index (key, day, development_id)
VALUES (5186409365905360501, 20514, 1);

INSERT INTO story_index (key, day, development_id)
VALUES (6989519805598788872, 20514, 1);

INSERT INTO ledger (id, committer, beneficiary, obligation, stage, direction, status, conditions, legal_form, since, title, instrument_id, development_id, standing, attribution, source, recorded, decided_by, decided, note)
VALUES (758, 'GBR', 'UKR', 'troop_deployment', 2, 'new', 'active', '[]', 'none_reported', '2026-03-02T12:00:00.000000Z', 'Britain pledges troops', NULL, 1, 'pending', 'committer', 'https://gazette.example/b824aa9f', '2026-03-02T12:01:00.000000Z', NULL, NULL, '');

INSERT INTO deliveries (id, key, kind, chat, channel, route, development_id, article_id, payload, state, attempts, created, due, leased_until, first_attempt, reconcile, message_id, message_channel, revision, reason, finished)
VALUES (1, 'gwuwsmmr756q667kuopx3ehg', 'alert', 'slack', 'slack:C1', 'desk', 1, 1, '{}', 'sent', 1, '2026-03-02T12:01:00.000000Z', '2026-03-02T12:01:00.000000Z', NULL, '2026-03-02T12:01:01.000000Z', 0, '1767000000.000100', 'slack:C1', 1, '', '2026-03-02T12:01:02.000000Z');

INSERT INTO deliveries (id, key, kind, chat, channel, route, development_id, article_id, payload, state, attempts, created, due, leased_until, first_attempt, reconcile, message_id, message_channel, revision, reason, finished)
VALUES (2, 'rsscbe552elt4if7noavx2jk', 'edit', 'slack', 'slack:C1', 'desk', 1, 1, '{}', 'waiting', 0, '2026-03-02T12:02:00.000000Z', '2026-03-02T12:02:00.000000Z', NULL, NULL, 0, NULL, NULL, NULL, '', NULL);

INSERT INTO feedback (id, development_id, verdict, by, platform, given, note, space, state, decided_by, revision, shown)
VALUES (1, 1, 'not_relevant', 'U7', 'slack', '2026-03-02T12:00:00.000000Z', '', 'T1', 'waiting', '', 2, '[{"stage":2,"direction":"new","committers":["GBR"],"beneficiaries":["UKR"],"obligations":["troop_deployment"],"evidence":[{"field":"stage","quote":"Britain pledges more troops","place":"title","start":0,"end":27}],"confidence":0.8}]');

INSERT INTO routes (name, channel, beneficiaries, committers, directions, min_stage, min_confidence, mode, origin, disabled, added, added_by)
VALUES ('desk', 'slack:C1', '["UKR"]', '[]', '["new", "strengthened"]', 2, 0.5, 'instant', 'chat', '', '2026-03-02T12:00:00.000000Z', 'U1');
