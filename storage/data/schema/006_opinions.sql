-- What second opinions were asked for on each day (UTC), so that a restart does not reset the limits.
CREATE TABLE opinion_days (
    day TEXT PRIMARY KEY,
    calls INTEGER NOT NULL,
    cost REAL NOT NULL
) STRICT;
