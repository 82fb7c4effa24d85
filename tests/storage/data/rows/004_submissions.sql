INSERT INTO submissions (id, url, title, summary, text, by, platform, space, given, assessment)
VALUES (1, 'https://herald.example/pact', 'A pact nobody saw', '', 'Two states agreed on a pact.', 'U7', 'slack', 'T1', '2026-03-02T12:03:00.000000Z', '{"model":"test"}');
