-- Nodes of an older version may go on running: they make no thumbnails and leave this table alone.
-- Up Migration

-- What thumbnails are made with. Not derived from the log, so a rebuild leaves it alone; an edit names its template.
create table reelstate.templates (
  name         text primary key check (name = btrim(name) and name ~ '^[^/[:cntrl:]]{1,100}$'),
  -- as long as a template has it, nobody can remove the image
  image_sha256 text        not null references reelstate.blobs (sha256),
  width        integer     not null check (width between 1 and 4096),
  height       integer     not null check (height between 1 and 4096),
  description  text        not null default '',
  attribution  text        not null default '',
  crop         integer[],
  location     integer[],
  changed_at   timestamptz not null default clock_timestamp(),
  changed_by   text,
  constraint templates_crop_is_inside check (crop is null or (
    array_ndims(crop) = 1 and cardinality(crop) = 4 and array_position(crop, null) is null
    and 0 <= crop[1] and crop[1] < crop[3] and crop[3] <= width and 0 <= crop[2] and crop[2] < crop[4] and crop[4] <= height)),
  constraint templates_location_is_inside check (location is null or (
    array_ndims(location) = 1 and cardinality(location) = 4 and array_position(location, null) is null
    and 0 <= location[1] and location[1] < location[3] and location[3] <= width
    and 0 <= location[2] and location[2] < location[4] and location[4] <= height))
);
create index templates_image on reelstate.templates (image_sha256);
comment on column reelstate.templates.image_sha256 is 'a PNG of width by height pixels, laid over the frame';
comment on column reelstate.templates.attribution is 'whose work it is';
comment on column reelstate.templates.crop is 'left, top, right, bottom of the part of the frame that is shown, the frame being scaled to the size of the image; null is all of it';
comment on column reelstate.templates.location is 'left, top, right, bottom in the image, where that part is shown; null is all over';

-- Down Migration
drop table reelstate.templates;
