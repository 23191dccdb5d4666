-- What version 5 of the tables added to version 4: kept as it was, for the same reason.
-- Which rate the detector is made for, from a sample on: first_index, not time, for the reason of a gap's before_index.
CREATE TABLE rate (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first_index INTEGER NOT NULL,
    nominal_hz REAL NOT NULL,
    crc32 INTEGER NOT NULL,
    PRIMARY KEY (sensor, first_index)
) STRICT, WITHOUT ROWID;
ALTER TABLE made_by ADD COLUMN crc32 INTEGER;
ALTER TABLE sensor ADD COLUMN crc32 INTEGER;
ALTER TABLE event ADD COLUMN crc32 INTEGER;
ALTER TABLE gap ADD COLUMN crc32 INTEGER;
ALTER TABLE battery ADD COLUMN crc32 INTEGER;
ALTER TABLE wear ADD COLUMN crc32 INTEGER;
ALTER TABLE clock ADD COLUMN crc32 INTEGER;
ALTER TABLE temperature ADD COLUMN crc32 INTEGER;
ALTER TABLE minute ADD COLUMN crc32 INTEGER;
