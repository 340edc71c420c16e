-- Nodes of an older version may go on running: they take no writes over HTTP, and leave these tables alone.
-- Up Migration

-- Who may do what. Not derived from the log, so a rebuild leaves it alone.
create table reelstate.roles (
  email      text primary key check (email !~ '[A-Z]' and email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$' and length(email) <= 254),
  name       text        not null default '',
  editor     boolean     not null default false,
  artist     boolean     not null default false,
  operator   boolean     not null default false,
  changed_at timestamptz not null default clock_timestamp(),
  changed_by text
);
comment on column reelstate.roles.email is 'in lower case, as whoever signs in is looked up; without any role somebody may read where reading is closed';

-- For scripts. Nobody can learn a key from this table.
create table reelstate.keys (
  prefix       text primary key check (prefix ~ '^rk_[A-Za-z0-9_-]{8}$'),
  name         text        not null check (name ~ '^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$'),
  sha256       bytea       not null check (octet_length(sha256) = 32),
  editor       boolean     not null default false,
  artist       boolean     not null default false,
  operator     boolean     not null default false,
  created_at   timestamptz not null default clock_timestamp(),
  created_by   text,
  revoked_at   timestamptz,
  revoked_by   text,
  last_used_at timestamptz
);
-- the name of a revoked one may be given to the one that takes its place
create unique index keys_name on reelstate.keys (name) where revoked_at is null;
comment on column reelstate.keys.prefix is 'its first letters, by which it is found and shown';
comment on column reelstate.keys.sha256 is 'of the whole key';
comment on column reelstate.keys.last_used_at is 'to ten minutes';

-- Down Migration
drop table reelstate.keys;
drop table reelstate.roles;
