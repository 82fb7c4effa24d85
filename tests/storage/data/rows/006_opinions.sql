INSERT INTO opinion_days (day, calls, cost) VALUES ('2026-03-02', 12, 0.25);
