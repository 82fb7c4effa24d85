INSERT INTO digest_items (id, route, channel, development_id, revision, why, what, before, queued, due, delivery_id, part)
VALUES (1, 'weekly', 'slack:C2', 1, 2, 'mode', '', '[]', '2026-03-02T12:02:00.000000Z', '2026-03-09T07:00:00.000000Z', NULL, 0);

INSERT INTO routes (name, channel, origin, disabled, added, added_by, settings, space)
VALUES ('weekly', 'slack:C2', 'chat', '', '2026-03-02T12:00:00.000000Z', 'U1', '{"mode":"weekly"}', 'T1');

INSERT INTO follows (development_id, channel, since) VALUES (1, 'slack:@U7', '2026-03-02T12:04:00.000000Z');

INSERT INTO mutes (development_id, channel, by, since)
VALUES (1, 'slack:C9', 'U7', '2026-03-02T12:05:00.000000Z');

INSERT INTO audit (id, at, by, name, platform, space, action, subject, before, after, undone_by)
VALUES (1, '2026-03-02T12:00:00.000000Z', 'U1', 'Ana', 'slack', 'T1', 'routes add', 'desk', NULL, '{"name":"desk"}', NULL);

INSERT INTO views (token, question, created) VALUES ('k3', 'pledges latest to:UKR', '2026-03-02T12:06:00.000000Z');

INSERT INTO memory (key, value) VALUES ('space:slack:C1', 'T1');
