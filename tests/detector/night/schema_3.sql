-- What version 3 of the tables added to version 2: kept as it was, for the same reason.
-- By which clock of the computer a run dated its samples: a later run of the same start of the computer goes on by it.
CREATE TABLE clock (
    run INTEGER PRIMARY KEY REFERENCES made_by (id),
    boot TEXT,                         -- names that start of the computer; NULL where the system does not tell
    offset_ns INTEGER NOT NULL         -- UTC of the night less the clock that runs since then
) STRICT;

-- Of the skin, in °C, where the wearable tells it.
CREATE TABLE temperature (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    utc_ns INTEGER NOT NULL,
    celsius REAL NOT NULL,
    PRIMARY KEY (sensor, utc_ns)
) STRICT, WITHOUT ROWID;
