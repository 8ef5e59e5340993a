-- A database as the first version of simtrail made it (schema 1), with a track or two. Never to be edited.
CREATE TABLE subscriber (subscriber INTEGER PRIMARY KEY, msisdn TEXT NOT NULL);
CREATE TABLE track (track INTEGER PRIMARY KEY, subscriber INTEGER NOT NULL, track_id TEXT NOT NULL, name TEXT NOT NULL,
                    tenant TEXT NOT NULL);
CREATE TABLE segment (segment INTEGER PRIMARY KEY, track INTEGER NOT NULL, first_seq INTEGER NOT NULL,
                      last_seq INTEGER NOT NULL, min_tis INTEGER NOT NULL, max_tis INTEGER NOT NULL, geojson TEXT NOT NULL,
                      evidence BLOB NOT NULL);
CREATE INDEX segment_of_track ON segment (track, first_seq);
CREATE TABLE journal (number INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE feed (feed INTEGER PRIMARY KEY, name TEXT NOT NULL, head_bytes INTEGER NOT NULL, head_hash TEXT NOT NULL,
                   bytes INTEGER NOT NULL, lines INTEGER NOT NULL, prefix_hash TEXT NOT NULL);
INSERT INTO subscriber VALUES (1, '919876543210'), (2, '00491761234567');
INSERT INTO track VALUES (1, 1, 'mts:track:1', 'lorry', 'laboratory'), (2, 2, 'mts:track:2', 'van', 'laboratory');
INSERT INTO segment VALUES (1, 1, 1, 1, 1699873625645, 1699873625645,
  '{"type":"Feature","geometry":{"type":"Point","coordinates":[121.4737,31.2304]},"properties":{"seq":1,"tis":[1699873625645],"accuracy":[350],"confidence":"h","radio":"lte"}}',
  x'00');
INSERT INTO journal VALUES (5, x'0000');
INSERT INTO feed VALUES (1, 'day.ndjson', 5, '00000000000000000000000000000000', 1200, 12, '00000000000000000000000000000000');
PRAGMA application_id = 1397312852;
PRAGMA user_version = 1;
