import assert from 'node:assert/strict'
import fc from 'fast-check'
import { defaultTemplate, type Playlist, shownPlaylists } from '../../machines/playlist.js'
import { bareTexts, composeTexts, type PutOn } from '../../machines/shownTexts.js'

const plain: PutOn = { title_prefix: '', description_footer: '', chapters: [], playlists: [], credit: '' }
const whole: PutOn = {
  title_prefix: 'DB2026',
  description_footer: 'Donate!\nhttps://example.org',
  chapters: [[0, 'Opening']],
  playlists: [
    { name: 'Day 1', playlist_id: 'PL1' },
    { name: 'All [of it]', playlist_id: 'PL2' },
  ],
  credit: 'Ada',
}

/** As wubloader has written it: nothing says what was put on. */
const imported = (video_title: string, video_description: string) => ({ video_title, video_description })

describe('What is put around a title and a description', () => {
  it('is nothing where nothing is configured', () => {
    const texts = { title: 'The raffle', description: 'All of it' }
    const composed = composeTexts(texts, plain)
    assert.deepEqual(imported('The raffle', 'All of it'), imported(composed.video_title, composed.video_description))
    assert.deepEqual([composed.title_header, composed.description_tail], ['', ''])
  })

  it('is not put before a title that is still blank', () => {
    assert.equal(composeTexts({ title: '', description: '' }, whole).video_title, '')
  })

  it('comes off again exactly, whatever an editor wrote and whatever is configured by then', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a\n -]{0,8}$/),
      fc.constantFrom('Donate!', 'x\n\nThumbnail Credit: Ada', 'DB2026 - x', 'x\n\n', '==========\n0:00 a'),
    )
    const settings = fc.record({
      title_prefix: fc.constantFrom('', 'DB2026', 'x'),
      description_footer: fc.constantFrom('', 'Donate!', 'a\n\nb'),
      chapters: fc.constantFrom([], [[0, 'a']] as [number, string][]),
      playlists: fc.constantFrom([], whole.playlists),
      credit: fc.constantFrom('', 'Ada'),
    })
    fc.assert(
      fc.property(text, text, settings, settings, (title, description, then, now) => {
        assert.deepEqual(bareTexts(composeTexts({ title, description }, then), now), { title, description })
      }),
    )
  })

  const tails: readonly [what: string, tail: string][] = [
    ['a footer', 'Donate!\nhttps://example.org'],
    ['a credit and a footer', 'Thumbnail Credit: Ada\nDonate!\nhttps://example.org'],
    [
      'playlists, a credit and a footer',
      'This video is part of the following playlists:\n- Day 1 [https://youtube.com/playlist?list=PL1]\n- All [of it] [https://youtube.com/playlist?list=PL2]\n\nThumbnail Credit: Ada\nDonate!\nhttps://example.org',
    ],
    [
      'playlists and a footer',
      'This video is part of the following playlists:\n- Day 1 [https://youtube.com/playlist?list=PL1]\n\nDonate!\nhttps://example.org',
    ],
    [
      'playlists alone',
      'This video is part of the following playlists:\n- Day 1 [https://youtube.com/playlist?list=PL1]\n',
    ],
    ['a credit alone', 'Thumbnail Credit: Ada'],
  ]
  for (const [what, tail] of tails)
    it(`comes off a row of wubloader that has ${what}`, () => {
      for (const text of ['Who wins', '', 'Two\n\nparts', 'with chapters\n==========\n0:00 a'])
        assert.deepEqual(bareTexts(imported('DB2026 - The raffle', `${text}\n\n${tail}`), whole), {
          title: 'The raffle',
          description: text,
        })
    })

  it('leaves an editor’s own words alone that only look like it', () => {
    const own = [
      'Donate!\nhttps://example.org today',
      'Thumbnail Credit: Ada\nand others',
      'This video is part of the following playlists:\nnone',
    ]
    for (const text of own) assert.equal(bareTexts(imported('x', text), whole).description, text)
    assert.equal(bareTexts(imported('DB2026: x', ''), whole).title, 'DB2026: x')
  })
})

const playlist = (id: string, over: Partial<Playlist>): Playlist => ({
  ...{
    id,
    name: id,
    description: '',
    tags: [],
    playlist_id: `PL${id}`,
    show_in_description: true,
    default_template: null,
  },
  ...over,
})

describe('The playlists of a video', () => {
  it('are those whose tags it has, all of them, in whatever letters; no tags are every video’s, null is nobody’s', () => {
    const all = [
      playlist('all', {}),
      playlist('none', { tags: null }),
      playlist('day', { tags: ['DAY 1'] }),
      playlist('both', { tags: ['Day 1', 'Raffle'] }),
      playlist('hidden', { show_in_description: false }),
      playlist('unpublished', { playlist_id: null }),
    ]
    assert.deepEqual(
      shownPlaylists(all, ['Day 1']).map(({ id }) => id),
      ['all', 'day'],
    )
    assert.deepEqual(
      shownPlaylists(all, ['raffle', 'day 1']).map(({ id }) => id),
      ['all', 'day', 'both'],
    )
  })

  it('give a template: that of the last tag that has one, else that of all', () => {
    const all = [
      playlist('all', { default_template: 'plain' }),
      playlist('day', { tags: ['Day 1'], default_template: 'blue' }),
      playlist('raffle', { tags: ['Raffle'], default_template: 'red' }),
      playlist('both', { tags: ['Day 1', 'Song'], default_template: 'green' }),
    ]
    assert.equal(defaultTemplate(all, ['raffle', 'day 1', 'song']), 'blue')
    assert.equal(defaultTemplate(all, ['song']), 'plain')
    assert.equal(defaultTemplate(all.slice(1), ['song']), null)
  })
})
