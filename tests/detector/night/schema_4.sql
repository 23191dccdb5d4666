-- What version 4 of the tables added to version 3: kept as it was, for the same reason.
-- In what part of a minute twitches could be measured, and how small ones. A minute without a row is one of which that
-- is not known.
CREATE TABLE minute (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    minute_ns INTEGER NOT NULL,
    observed_s REAL NOT NULL,
    measurable_s REAL NOT NULL,
    why TEXT NOT NULL,                 -- the main reason of the rest; '' where there is none
    noise_mg REAL,
    threshold_mg REAL,
    pulse_per_min REAL,                -- NULL where no heart beat was followed
    PRIMARY KEY (sensor, minute_ns)
) STRICT, WITHOUT ROWID;
