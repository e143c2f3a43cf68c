import type { DatabaseSync } from 'node:sqlite';

/**
 * Each entry lifts the file by one version; what has been released is never changed, only followed by another. Instants are REAL
 * because a sped-up clock gives fractions of a millisecond. The listing columns (`state`, `open`) say what a caller sees, and
 * whatever has to be known of an item whose `body` cannot be read stands in a column.
 */
const migrations = [
  `
  CREATE TABLE head (
    key TEXT NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    service TEXT NOT NULL,
    severity TEXT NOT NULL,
    policy TEXT NOT NULL,
    state TEXT NOT NULL,
    open INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    look_at REAL,
    held_reason TEXT,
    held_since REAL,
    failures INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX head_look_at ON head (look_at, key) WHERE look_at IS NOT NULL;
  CREATE INDEX head_listed ON head (created_at, key, generation, state, service, severity, policy) WHERE generation > 0;
  CREATE INDEX head_open ON head (created_at, key, generation, service, severity, policy) WHERE open = 1;
  CREATE INDEX head_held ON head (held_reason, held_since, key) WHERE held_reason IS NOT NULL;
  CREATE INDEX head_idle ON head (updated_at) WHERE look_at IS NULL;

  CREATE TABLE archive (
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    service TEXT NOT NULL,
    severity TEXT NOT NULL,
    policy TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    PRIMARY KEY (key, generation)
  ) STRICT;
  CREATE INDEX archive_listed ON archive (created_at, key, generation, state, service, severity, policy) WHERE generation > 0;
  CREATE INDEX archive_updated_at ON archive (updated_at);

  CREATE TABLE event (
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (key, generation, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE duplicate (
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last_at REAL NOT NULL,
    source_triggered_at REAL,
    command_ids TEXT NOT NULL,
    PRIMARY KEY (key, generation)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE details (
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    name TEXT NOT NULL,
    at REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (key, generation, name)
  ) STRICT;
  CREATE INDEX details_at ON details (at);

  CREATE TABLE config (version INTEGER NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE policy (id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, version)) STRICT;

  CREATE TABLE ingest_key (
    id TEXT NOT NULL PRIMARY KEY,
    service TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL,
    last_used_at REAL
  ) STRICT;

  CREATE TABLE reply_code (
    number TEXT NOT NULL,
    code TEXT NOT NULL,
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    person TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    level INTEGER NOT NULL,
    expires_at REAL NOT NULL,
    PRIMARY KEY (number, code)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reply_code_incident ON reply_code (key, generation, code);
  CREATE INDEX reply_code_expires_at ON reply_code (expires_at);
  CREATE TABLE reply_guard (number TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, wrong TEXT NOT NULL, ignored_until REAL) STRICT;

  CREATE TABLE declined (id TEXT NOT NULL PRIMARY KEY, at REAL NOT NULL, service TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX declined_at ON declined (at);
  CREATE INDEX declined_service ON declined (service, at);

  CREATE TABLE mute (service TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE contact_health (person TEXT NOT NULL, contact TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (person, contact)) STRICT;
  CREATE TABLE sweep (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), real_at REAL NOT NULL) STRICT;
  CREATE TABLE request (key TEXT NOT NULL PRIMARY KEY, body_hash TEXT NOT NULL, answer TEXT, expires_at REAL NOT NULL) STRICT;
  CREATE INDEX request_expires_at ON request (expires_at);

  CREATE TABLE inbox (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at REAL NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX inbox_at ON inbox (at);
  `,
  `
  CREATE TABLE traffic (contact TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, quiet_at REAL NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE bundle (id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, expires_at REAL NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX bundle_expires_at ON bundle (expires_at);
  CREATE TABLE bundle_member (
    bundle TEXT NOT NULL,
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    expires_at REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (bundle, key, generation)
  ) STRICT;
  CREATE INDEX bundle_member_expires_at ON bundle_member (expires_at);
  `,
  `
  CREATE TABLE schedule_override (
    schedule TEXT NOT NULL,
    id TEXT NOT NULL,
    until REAL NOT NULL,
    made_at REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (schedule, id)
  ) STRICT;
  CREATE INDEX schedule_override_until ON schedule_override (until);
  `,
  `
  CREATE TABLE handoffs (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  `,
] as const;

/** Brings the file to the version this build writes. Throws when a newer build wrote it. */
export function migrate(database: DatabaseSync): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  const known = migrations.length;
  if (found > known) {
    throw new Error(
      `the database is of version ${found} and this build knows versions up to ${known}: start the newer Tocsin that wrote it, or restore a backup`,
    );
  }
  migrations.slice(found).forEach((migration, index) => {
    database.exec(`BEGIN IMMEDIATE; ${migration}; PRAGMA user_version = ${found + index + 1}; COMMIT;`);
  });
}
