import assert from 'node:assert/strict'
import { left, right } from 'fp-ts/lib/Either.js'
import type { SignIn } from '../../../src/http/around.js'
import type { Role } from '../../../src/http/person.js'
import { setPlaylist } from '../../../src/log/playlists.js'
import { type Desk, editing, openDesk, png, source, submission } from './desk.js'

/** What is wrong with the request, how it looks, and what the answer has to name. */
const wrong: readonly [what: string, over: Record<string, unknown>, names: RegExp][] = [
  ['no state', { state: undefined }, /^state: found nothing/m],
  ['no notes and no privacy', { notes: undefined, public: undefined }, /^public: [^]*^notes: /m],
  ['a title of null', { video_title: null }, /^video_title: found null/m],
  ['a draft with a title of null', { state: 'UNEDITED', video_title: null }, /^video_title: found null/m],
  [
    'a draft with a description of null',
    { state: 'UNEDITED', video_description: null },
    /^video_description: found null/m,
  ],
  ['a title of spaces', { video_title: '  ' }, /^video_title: found a blank title/m],
  [
    'a title that is too long with its prefix',
    { video_title: 'x'.repeat(92) },
    /^video_title: found 101 .*"DB2026 - "/m,
  ],
  ['a draft’s title that is too long', { state: 'UNEDITED', video_title: 'x'.repeat(92) }, /^video_title: found 101/m],
  ['angle brackets', { video_title: '<3', video_description: 'a > b' }, /^video_title: [^]*^video_description: /m],
  [
    'more bytes than characters',
    { video_description: 'ä'.repeat(2480) },
    /^video_description: found 50\d\d bytes.*put on/m,
  ],
  ['no range', { video_ranges: [], video_transitions: [] }, /^video_ranges: found no range/m],
  ['a range that is no list', { video_ranges: 'all' }, /^video_ranges: found "all"/m],
  [
    'an open range',
    { video_ranges: [['2026-01-31T18:00:00', null]], video_transitions: [] },
    /^video_ranges\[0\]\[1\]: found null/m,
  ],
  [
    'an open range in a draft',
    { state: 'UNEDITED', video_ranges: [['2026-01-31T18:00:00', null]], video_transitions: [] },
    /^video_ranges\[0\]\[1\]: found null/m,
  ],
  [
    'a start that is its end',
    { video_ranges: [['2026-01-31T18:00:00', '2026-01-31T18:00:00']], video_transitions: [] },
    /^video_ranges\[0\]: /m,
  ],
  [
    'times that only as text are in order',
    { video_ranges: [['2026-01-31T18:00:10.000001', '2026-01-31T18:00:10Z']], video_transitions: [] },
    /^video_ranges\[0\]: /m,
  ],
  [
    'times that are none',
    { video_ranges: [['noon', 'night']], video_transitions: [] },
    /^video_ranges\[0\]\[0\]: found "noon"/m,
  ],
  ['too few transitions', { video_transitions: [] }, /^video_transitions: /m],
  ['too many transitions', { video_transitions: [null, null] }, /^video_transitions: found 2/m],
  ['an unknown transition', { video_transitions: [['batman', 1]] }, /^video_transitions\[0\]: found "batman"/m],
  [
    'a transition that is longer than its range',
    { video_transitions: [['fade', 5]] },
    /^video_transitions\[0\]: found 5 s/m,
  ],
  ['an unknown location', { upload_location: 'tube' }, /^upload_location: found "tube"/m],
  ['no location', { upload_location: null }, /^upload_location: found null/m],
  ['no channel', { video_channel: null }, /^video_channel: found null/m],
  ['tags that are none', { video_tags: null }, /^video_tags: found null/m],
  ['a channel that leads elsewhere', { video_channel: '../x' }, /^video_channel: found "..\/x"/m],
  ['an unknown mode', { thumbnail_mode: 'BIG' }, /^thumbnail_mode: found "BIG"/m],
  ['an unknown template', { thumbnail_template: 'red' }, /^thumbnail_template: found "red"/m],
  ['a time of the picture that is none', { thumbnail_time: 'then' }, /^thumbnail_time: found "then"/m],
  ['a box that is none', { thumbnail_crop: [0, 0] }, /^thumbnail_crop: /m],
  ['a box that is empty', { thumbnail_location: [5, 5, 5, 5] }, /^thumbnail_location: /m],
  [
    'an image that is not base64',
    { thumbnail_mode: 'CUSTOM', thumbnail_image: '?' },
    /^thumbnail_image: found what is not base64/m,
  ],
  [
    'an image that is none',
    { thumbnail_mode: 'CUSTOM', thumbnail_image: 'AAAA' },
    /^thumbnail_image: found something else/m,
  ],
  ['an own image that nobody gave', { thumbnail_mode: 'CUSTOM' }, /^thumbnail_image: found nothing/m],
  [
    'chapters in disorder',
    {
      chapter_markers: [
        [5, 'b'],
        [1, 'a'],
      ],
    },
    /^chapter_markers\[1\]: /m,
  ],
  ['an unknown state', { state: 'DONE' }, /^state: found "DONE"/m],
  ['a state that is no text', { state: 7 }, /^state: found 7/m],
  ['an event that begins at no time', { event_start: 'soon' }, /^event_start: found "soon"/m],
  ['tags of the schedule that are no list', { tags: 'x' }, /^tags: found "x"/m],
  ['the character 0', { video_title: 'a\0b' }, /^video_title: found "a\\u0000b"/m],
  ['half a character', { video_description: '\ud800' }, /^video_description: found /m],
  ['half a character among tags', { video_tags: ['\udfff'] }, /^video_tags\[0\]: found /m],
  [
    'the year 0',
    { video_ranges: [['0000-01-01T00:00:00', '0000-01-01T00:00:01']], video_transitions: [] },
    /^video_ranges\[0\]\[0\]: /m,
  ],
  ['an allow-list of nobody', { uploader_whitelist: [] }, /^uploader_whitelist: found an empty list/m],
]

describe('Submitting a row', function () {
  this.timeout(60_000)
  let desk: Desk
  before(async () => {
    desk = await openDesk()
    await desk.enter('v')
  })
  after(() => desk[Symbol.asyncDispose]())

  for (const [what, over, names] of wrong)
    it(`is refused for ${what}, by name, and changes nothing`, async () => {
      const { status, text } = await desk.submit('v', over)
      assert.equal(status, 400, text)
      assert.match(text, names)
      assert.deepEqual(await desk.events('v'), ['Created'])
    })

  it('is refused for a body that is no object, or no JSON', async () => {
    for (const body of ['[]', '7', 'null', '{', '']) {
      const { status } = await desk.post('/thrimshim/v', body)
      assert.equal(status, 400, body)
    }
  })

  it('is refused for an id that no video can have', async () => {
    const { status, text } = await desk.submit('%00')
    assert.equal(status, 400)
    assert.match(text, /^id: found /)
  })

  it('looks at what is missing first, then for the row, then at fields, the state, the schedule, and at nulls last', async () => {
    const statuses = async (id: string, over: Record<string, unknown>) => (await desk.submit(id, over)).status
    await desk.bring('order', 'TRANSCODING')
    assert.equal(await statuses('nobody', { notes: undefined }), 400)
    assert.equal(await statuses('nobody', { video_title: '<' }), 404)
    assert.equal(await statuses('order', { video_title: '<' }), 400)
    assert.equal(await statuses('order', { notes: 'other', video_channel: null }), 403)
    assert.equal(await statuses('v', { notes: 'other', video_channel: null }), 409)
    assert.equal(await statuses('v', { video_channel: null }), 400)
  })

  it('is told what the schedule says by now, a line a column, and may be sent all the same', async () => {
    await desk.enter('moved')
    await desk.place.append('moved', 'SourceChanged', {
      source: { notes: 'quiet', tags: ['Raffle', 'Night'], event_start: '2026-01-31T18:00:30.000Z' },
    })
    const { status, text } = await desk.submit('moved')
    assert.equal(status, 409)
    assert.deepEqual(text.trim().split('\n'), [
      'event_start: "2026-01-31T18:00:00.000Z" => "2026-01-31T18:00:30.000Z"',
      'notes: "loud" => "quiet"',
      'tags: ["Day 1","Raffle"] => ["Raffle","Night"]',
    ])
    assert.deepEqual(await desk.events('moved'), ['Created', 'SourceChanged'])
    assert.equal((await desk.submit('moved', { override_changes: true })).status, 201)
    assert.deepEqual((await desk.row('moved'))['tags'], ['Raffle', 'Night'], 'what the schedule says stays')
  })

  it('takes other letters, spaces, orders and forms of a time for no change', async () => {
    await desk.enter('alike', { category: 'Song' })
    const row = await desk.row('alike')
    const over = {
      ...{ category: ' song ', notes: row['notes'], tags: ['RAFFLE', 'day 1', 'raffle'] },
      ...{ event_start: '2026-01-31T18:00:00.000000', event_end: '2026-01-31T18:10:00Z' },
    }
    const { status, text } = await desk.submit('alike', { ...over, category: 'Song' })
    assert.equal(status, 201, text)
    assert.equal((await desk.submit('alike', { ...over, notes: 'LOUD' })).status, 201)
  })

  it('never says 409 though the schedule and a node change the video meanwhile', async () => {
    await desk.enter('busy')
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => desk.submit('busy', { override_changes: true })),
      ...Array.from({ length: 3 }, (_, i) =>
        desk.place.append('busy', 'SourceChanged', { source: { submitter_winner: `${i}` } }).then(() => null),
      ),
    ])
    assert.deepEqual(
      answers.flatMap((answer) => (answer === null ? [] : [answer.status])),
      Array.from({ length: 3 }, () => 201),
    )
  })

  it('keeps what it leaves out', async () => {
    await desk.enter('kept')
    const image = (await png(64, 36)).toString('base64')
    const whole = {
      ...{ allow_holes: true, uploader_whitelist: ['node-a'], thumbnail_mode: 'CUSTOM', thumbnail_image: image },
      ...{ thumbnail_crop: [0, 0, 10, 10], thumbnail_location: [1, 1, 9, 9] },
    }
    assert.equal((await desk.submit('kept', whole)).status, 201)
    const less = { ...submission, thumbnail_time: undefined, thumbnail_template: undefined }
    assert.equal((await desk.post('/thrimshim/kept', { ...less, thumbnail_mode: 'CUSTOM' })).status, 201)
    const row = await desk.row('kept')
    for (const [column, value] of Object.entries(whole)) assert.deepEqual(row[column], value, column)
    assert.deepEqual([row['thumbnail_template'], row['thumbnail_time']], ['blue', '2026-01-31T18:00:12'])
  })

  it('keeps a draft that is not half done', async () => {
    await desk.enter('draft')
    const draft = {
      ...{ state: 'UNEDITED', video_title: '', video_description: '', video_ranges: null, video_transitions: null },
      ...{ video_tags: null, upload_location: null, video_channel: null, video_quality: null, public: null },
      thumbnail_mode: null,
    }
    assert.equal((await desk.submit('draft', draft)).status, 201)
    const row = await desk.row('draft')
    assert.deepEqual([row['state'], row['editor'], row['video_title']], ['UNEDITED', 'NOT_AUTH', ''])
    assert.equal((await desk.submit('draft', { state: 'UNEDITED' })).status, 201)
    assert.equal((await desk.submit('draft', draft)).status, 201)
    const { video_ranges, video_transitions } = await desk.row('draft')
    assert.deepEqual([video_ranges, video_transitions], [null, null], 'ranges are taken back')
  })

  it('takes a draft without transitions whatever was there before', async () => {
    const draft = { state: 'UNEDITED', video_transitions: null }
    await desk.enter('joined')
    for (const before of ['UNEDITED', 'EDITED']) {
      const { status, text } = await desk.submit('joined', draft)
      assert.equal(status, 201, text)
      const { video_ranges, video_transitions } = await desk.row('joined')
      assert.deepEqual([video_ranges, video_transitions], [submission.video_ranges, [null]])
      assert.equal((await desk.submit('joined', { state: before })).status, 201)
      assert.deepEqual((await desk.row('joined'))['video_transitions'], [['fade', 1.5]])
    }
    assert.equal((await desk.submit('joined', draft)).status, 201)
    for (const state of ['UNEDITED', 'EDITED'])
      assert.equal((await desk.submit('joined', { state, video_transitions: [] })).status, 400)
    const { status, text } = await desk.submit('joined', { state: 'EDITED', video_transitions: null })
    assert.equal(status, 400)
    assert.match(text, /^video_transitions: found null/)
  })

  it('puts nothing around the texts of a row that is for the archive', async () => {
    await desk.enter('filed', { sheet_name: 'Archive' })
    assert.equal(
      (
        await desk.submit('filed', {
          sheet_name: 'Archive',
          upload_location: 'keep',
          thumbnail_mode: 'NONE',
          video_transitions: [null],
        })
      ).status,
      201,
    )
    const stored = JSON.parse((await desk.get('/api/videos/filed')).text) as Record<string, unknown>
    assert.deepEqual([stored['video_title'], stored['video_description']], ['Who wins the quilt', 'All of it.'])
  })

  it('changes what is published only where its destination can', async () => {
    await desk.enter('fixed')
    assert.equal((await desk.submit('fixed', { upload_location: 'disk' })).status, 201)
    await desk.place.append('fixed', 'Claimed', { attempt: 'f', attempts_limit: 3, why: null })
    await desk.place.append('fixed', 'UploadOpened', { attempt: 'f', destination: null })
    await desk.place.append('fixed', 'FinalizeStarted', { attempt: 'f', bytes: 1, receipt: null })
    const published = { video_id: 'f', video_link: 'file:///f', processing: false }
    await desk.place.append('fixed', 'Uploaded', { attempt: 'f', ...published })
    const { status, text } = await desk.submit('fixed', { state: 'MODIFIED' })
    assert.equal(status, 403)
    assert.match(text, /^upload_location: found "disk"/)
  })

  it('checks limits on what is really written, whatever is put on', async () => {
    await setPlaylist(desk.place.db, 'every', { name: 'y'.repeat(150), tags: [], playlist_id: 'PLy' }, {})
    await desk.enter('full')
    const { status, text } = await desk.submit('full', { video_description: 'x'.repeat(4750) })
    assert.equal(status, 400)
    assert.match(
      text,
      /^video_description: found 5\d\d\d bytes of UTF-8, with the \d{3} bytes that are put on after it/,
    )
  })
})

describe('Who may write on the paths of thrimshim', function () {
  this.timeout(60_000)
  const tokens: Readonly<Record<string, readonly Role[]>> = {
    'the editor': ['editor'],
    'the artist': ['artist'],
    nobody: [],
  }
  const signIn: SignIn = {
    readsAreClosed: false,
    async identify(credential) {
      if (credential === null) return right(null)
      const roles = tokens[credential]
      return roles === undefined
        ? left({ _tag: 'NotSignedIn', reason: 'invalid', why: 'the token is not valid' })
        : right({ actor: `${credential}@example.org`, roles: new Set(roles) })
    },
  }
  const writes: readonly [path: string, role: 'the editor' | 'the artist'][] = [
    ['/thrimshim/v', 'the editor'],
    ['/thrimshim/reset/v', 'the editor'],
    ['/thrimshim/manual-link/v', 'the editor'],
    ['/thrimshim/auth-test', 'the editor'],
    ['/thrimshim/add-template', 'the artist'],
    ['/thrimshim/update-template/blue', 'the artist'],
  ]
  let desk: Desk
  let url: string
  before(async () => {
    desk = await openDesk()
    await desk.enter('v')
    url = (await desk.place.serve({ signIn, editing })).url
  })
  after(() => desk[Symbol.asyncDispose]())

  const post = async (path: string, body: unknown) =>
    (await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })).status

  for (const [path, role] of writes)
    it(`POST ${path}: ${role} alone`, async () => {
      for (const body of [{}, [], 7, { token: null }, { token: '' }])
        assert.ok([401, 403].includes(await post(path, body)))
      for (const body of [{}, [], { token: 7 }]) assert.equal(await post(path, body), 401, JSON.stringify(body))
      assert.equal(await post(path, { token: 'forged' }), 403)
      assert.equal(await post(path, { token: 'nobody' }), 403)
      assert.equal(await post(path, { token: role === 'the editor' ? 'the artist' : 'the editor' }), 403)
      assert.ok(![401, 403].includes(await post(path, { token: role })))
    })

  it('has the editor in the log', async () => {
    await desk.place.append('signed', 'Created', { source: source })
    assert.equal(await post('/thrimshim/signed', { ...submission, token: 'the editor' }), 201)
    assert.equal((await desk.row('signed'))['editor'], 'the editor@example.org')
    const test = await fetch(`${url}/thrimshim/auth-test`, { method: 'POST', body: '{"token":"the editor"}' })
    assert.equal(await test.json(), 'the editor@example.org')
  })
})
