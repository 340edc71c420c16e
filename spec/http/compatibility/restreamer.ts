import type { CompatibleSection } from './section.js'

export const restreamer: CompatibleSection = {
  title: 'restreamer',
  about:
    'Paths, parameters and file forms are wubloader’s. A path with a part that begins with a dot is 403, as there.',
  paths:
    /^\/(files|extras|playlist|cut|frame|waveform|thumbnail|generate_videos)(\/|$)|^\/segments\/(?!coverage-maps)|^\/:channel\//,
  rows: [
    {
      calls: [
        'GET /files',
        'GET /files/:channel',
        'GET /files/:channel/:quality',
        'GET /files/:channel/:quality/:hour',
      ],
      wubloader: 'names, as text/html; `tombstones` true or false, else 400',
      here: 'the same, as application/json',
    },
    {
      calls: ['GET /extras/:folder'],
      wubloader: 'all files below, relative',
      here: 'at most 20,000; links are left out',
      because: 'a channel’s folder has millions; a link leads out',
    },
    {
      calls: ['GET /segments/:channel/:quality/:hour/:name', 'GET /segments/*'],
      wubloader: 'the file; Range, ETag',
      here: 'the same; what a hash names may be kept for ever; anything but footage, images and text is application/octet-stream',
      because: 'a page of somebody’s must not act in the server’s name',
    },
    {
      calls: ['GET /playlist/:channel.m3u8'],
      wubloader: 'the qualities; two of them may have one bandwidth; 404',
      here: 'all bandwidths differ',
      because: 'players take equal ones for spares of each other',
    },
    {
      calls: ['GET /playlist/:channel/:quality.m3u8'],
      wubloader:
        'the target duration is the commonest, with 3 decimals, changes, and may be too short; no media sequence; a range that is named may be of any length; an end before the start: empty; text/html, no ETag',
      here: 'the target is a whole number, at least every segment’s, and the same as long as the playlist is loaded again; segments keep their numbers, also where the start is pruned or something comes late; at most 14 days; empty, with ENDLIST; application/vnd.apple.mpegurl, ETag and 304',
      because: 'RFC 8216, 4.3.3.1, 6.2.1 and 6.2.2; half a million segments are no playlist',
    },
    {
      calls: ['GET /cut/:channel/:quality.ts'],
      wubloader:
        'a wrong number of transitions: 200 and a text; start = end, transitions longer than a range, unknown kinds are taken; `smart` fails with B-frames; `fast` has timestamps that jump; what fails in the middle is a short file; any length; a damaged segment: 500, or a broken file',
      here: '400 for each; `smart` and `fast` are exact; the connection breaks; rough, fast, smart 24 h, mpegts and webm 6 h in all, at most 100 ranges; 406 that names the segment, before the first byte',
      because: 'nobody shall take a part for the whole',
    },
    {
      calls: ['GET /frame/:channel/:quality.png', 'GET /waveform/:channel/:quality.png'],
      wubloader: '406 where there is nothing, no folder included',
      here: 'the same; no folder: 404, as for cuts',
    },
    {
      calls: ['GET /thumbnail/:channel/:quality.png', 'POST /thumbnail/:channel/:quality.png'],
      wubloader: '500 without `crop`; 404, 406, 501',
      here: '400; GET takes the template’s own',
    },
    {
      calls: ['GET /:channel/chat.json'],
      wubloader: 'messages of several nodes, at most 2 h',
      here: 'each once, by its id',
    },
    {
      calls: ['POST /generate_videos/:channel/:quality'],
      wubloader: 'anybody',
      here: 'an operator, with a Bearer token or a key',
      because: 'it fills the disk that is recorded to',
    },
  ],
  differences: [
    {
      wubloader: 'a zone in a time is ignored',
      here: 'it means what it says; without one a time is UTC',
      because: '`18:00+02:00` would be other footage than was asked for',
    },
    {
      wubloader: '500 on bad times, crop, JSON',
      here: '400 that names the field',
      because: 'it is the request’s fault',
    },
    {
      wubloader: 'as many cuts and pictures at once as are asked for',
      here: 'so many of one client (429), so many in all (503), with Retry-After',
      because: 'encoding for one must not starve the others',
    },
  ],
}
