import type { CompatibleSection } from './section.js'

const same = 'the same'

export const thrimshim: CompatibleSection = {
  title: 'thrimshim',
  about:
    'Bodies, fields, times (`2026-01-31T18:00:00`, UTC) and statuses are wubloader’s. Beside them stand `reelstate_state` (the state of the chart) and `reelstate_version`.',
  paths: /^\/thrimshim(\/|$)/,
  rows: [
    {
      calls: ['GET /thrimshim'],
      wubloader: 'all rows by `event_start`, every column; `event_end` is `[dashed, value]`; bytes are base64',
      here: 'the same; sent row by row; those without a time come last. `thumbnail_image` is what an editor gave: a picture that is generated is not repeated',
      because: 'a list of all videos is never in memory as a whole; whoever has no picture makes it anew, as with null',
    },
    {
      calls: ['GET /thrimshim/:id'],
      wubloader:
        'the row for a page: texts without what is put around them, defaults for channel, template and thumbnail time; 404',
      here: 'the same. What was put on is in the log, and exactly that is taken off; other rows by wubloader’s forms. `category_notes` is given beside the notes that end with it. Without any template `thumbnail_mode` begins as NONE',
      because: 'prefix and footer may have changed since; pages of either age find the hint',
    },
    {
      calls: ['POST /thrimshim/:id'],
      wubloader:
        '201; 400 for what is missing or wrong; 403 where the state does not allow it; 409 only where the sheet has changed; drafts may have nulls',
      here: 'the same, and the chart decides: FAILED is edited like UNEDITED, a REJECTED video may be edited anew, OUT_OF_SYNC modified. 404 for an unknown row. An empty list of transitions does for one range only. 403 for a change of what its destination can’t change',
      because: 'these states are errors that a person leaves by editing; an unknown row is a 500 there',
    },
    {
      calls: ['POST /thrimshim/reset/:id'],
      wubloader: '200; 404 for an unknown row, and where the state needs `force`',
      here: 'the same; also from FAILED without `force`. What is published, or may be, is kept as an orphan',
      because: 'nothing is published of a FAILED video; with `force` wubloader forgets the published one',
    },
    {
      calls: ['POST /thrimshim/manual-link/:id'],
      wubloader: '200; `manual` or `youtube-manual`; 400, 403, 404; `www.youtube.com` is refused',
      here: 'the same, and every location of these types; `www.youtube.com` is taken; of `manual` only http and https; also from FAILED, and from EDITED where the edit has that very location',
      because: 'the chart decides; what people copy out of a browser has the www',
    },
    {
      calls: ['GET /thrimshim/defaults'],
      wubloader: 'channel, bustime, prefix, title length, locations',
      here: 'the same. Locations come in the order of `editing.upload_locations`, then by name, those of type archive last; of archive rows first',
      because: 'a page proposes the first',
    },
    {
      calls: ['GET /thrimshim/transitions'],
      wubloader: '`[{name, description}]`, wind, cover, reveal and batman among them',
      here: 'the same form; without those, with fadefast and fadeslow',
      because: 'only what the ffmpeg of every node can do, and a shape that is ours',
    },
    {
      calls: ['GET /thrimshim/templates', 'GET /thrimshim/template-metadata/:name'],
      wubloader: '`{name, description, attribution, crop, location}`; 404',
      here: 'the same; a box that is the whole is given in pixels',
      because: 'ours may be null, which these clients don’t know',
    },
    { calls: ['GET /thrimshim/template/:name.png'], wubloader: 'the PNG; 404', here: same, because: null },
    {
      calls: ['POST /thrimshim/add-template', 'POST /thrimshim/update-template/:name'],
      wubloader: '201, 200; 400: missing, not base64, no PNG, name taken, unknown',
      here: 'the same; boxes have to be within the image',
      because: 'no thumbnail can be made with others: 500 there, when it is made',
    },
    {
      calls: ['GET /thrimshim/event-thumbnail/:id.png'],
      wubloader: 'the stored image; 404: none, none yet, no row',
      here: 'the same; a picture that had to be made smaller is a JPEG, and says so',
      because: 'a PNG of more than 2 MiB is refused by YouTube',
    },
    { calls: ['POST /thrimshim/auth-test'], wubloader: 'the e-mail, as JSON', here: same, because: null },
    {
      calls: ['GET /thrimshim/video_playlists'],
      wubloader: 'which of the shown playlists a video is in',
      here: 'by the video’s id the names of the playlists',
      because: null,
    },
    {
      calls: ['GET', 'POST'].flatMap((method) =>
        ['/encodes', '/encodes/*', '/challenges', '/challenges/*', '/bus/:channel'].map(
          (path) => `${method} /thrimshim${path}`,
        ),
      ),
      wubloader: 'other features, which have nothing to do with videos',
      here: '501',
      because: 'they are not ours',
    },
  ],
  differences: [
    {
      wubloader: 'states: seven',
      here: 'FAILED is shown as UNEDITED, UNCERTAIN as FINALIZING, REJECTED as TRANSCODING, OUT_OF_SYNC as MODIFIED, each with an error; a warning stands in `error`, too',
      because: 'its clients know no others',
    },
    {
      wubloader: 'a wrong number of transitions: 200 with an error text',
      here: '400, which names `video_transitions`',
      because: 'nothing was saved',
    },
    {
      wubloader: 'an unknown row, a null title, an open range, bad times, boxes or JSON: 500',
      here: '404, or 400 that names the field, what was found and what is allowed',
      because: 'the request is wrong, not the server',
    },
    {
      wubloader:
        'taken: start = end, a title of spaces, an unknown transition or location, a transition that is longer than its range',
      here: '400 for each, the last three of a finished edit or wherever they are given',
      because: 'they would fail when they are cut',
    },
    {
      wubloader: 'times are compared as text',
      here: 'as times',
      because: '`18:00:00` and `18:00:00.000000Z` are the same',
    },
    {
      wubloader: 'a description of up to 5,000 characters',
      here: '5,000 bytes of UTF-8, with all that is put on',
      because: 'YouTube counts bytes',
    },
    {
      wubloader: 'prefix, footer and the like are put on anew whenever a row is saved',
      here: 'the same; what was put on stands in the edit (`title_header`, `description_tail`), and texts of `reelstate edit` and `/api` are published as they are given',
      because: 'the log has what is written',
    },
    {
      wubloader: 'a draft may take a chosen location, channel or quality back with null',
      here: 'what is no list stays as it was',
      because: 'a draft of ours adds to what is known',
    },
    {
      wubloader: 'a draft may take given tags back with null, and has null',
      here: 'it has an empty list',
      because: 'a draft of ours adds to what is known: no tags are known, too',
    },
  ],
}
