-- What version 2 of the tables added to version 1: kept as it was, for the same reason.
CREATE TABLE wear (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    minute_ns INTEGER NOT NULL,
    sign TEXT NOT NULL,
    PRIMARY KEY (sensor, minute_ns)
) STRICT, WITHOUT ROWID;
