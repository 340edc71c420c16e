import assert from 'node:assert/strict'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type Role, roles } from '../../src/http/person.js'
import { type Route, route } from '../../src/http/route.js'
import { routes as declared } from '../../src/http/routes.js'
import { signInBy, withoutSignIn } from '../../src/http/signIn/signIn.js'
import { addKey, listKeys, revokeKey } from '../../src/log/keys.js'
import { removeRoles, setRoles } from '../../src/log/roles.js'
import { AUDIENCE, badTokens, EMAIL, type Issuer, startIssuer } from './issuer.js'
import { openWorkplace, type Workplace } from './workplace.js'

/** What the routes below have been asked to do, by whom. */
let done: string[] = []

const note = (who: string) => ({
  group: 'spec',
  summary: 'Notes who asks.',
  answers: { 200: { says: 'Noted.' } },
  handle({ person }: { person: { actor: string } | null }) {
    done.push(`${who}: ${person?.actor ?? 'nobody'}`)
    return { ok: true }
  },
})
const json = { json: t.UnknownRecord, decoded: 'here' } as const

const own: readonly Route[] = [
  ...roles.flatMap((who) => [
    route({ method: 'POST', path: `/api/spec/${who}`, who, body: json, ...note(who) }),
    route({ method: 'POST', path: `/spec/${who}`, who, body: json, errors: 'text', ...note(who) }),
  ]),
  route({ method: 'GET', path: '/api/spec/read', ...note('reader') }),
  route({ method: 'GET', path: '/api/spec/open', who: 'anybody', ...note('anybody') }),
]

describe('who writes over HTTP', function () {
  this.timeout(60_000)
  let issuer: Issuer
  let stranger: Issuer
  let place: Workplace
  let bad: Readonly<Record<string, string>>
  const closed: { url: string } = { url: '' }

  before(async () => {
    ;[issuer, stranger] = [await startIssuer(), await startIssuer()]
    place = await openWorkplace()
    const trusted = { issuer: issuer.url, audience: [AUDIENCE], keysUrl: null, readsAreClosed: false }
    const signIn = await signInBy(place.db, trusted)
    Object.assign(place, await place.serve({ signIn, routes: [...declared, ...own] }))
    const signInClosed = await signInBy(place.db, { ...trusted, readsAreClosed: true })
    Object.assign(closed, await place.serve({ signIn: signInClosed, routes: [...declared, ...own] }))
    bad = await badTokens(issuer, stranger)
  })
  after(async () => {
    await place?.[Symbol.asyncDispose]()
    await issuer?.[Symbol.asyncDispose]()
    await stranger?.[Symbol.asyncDispose]()
  })
  beforeEach(() => (done = []))
  afterEach(async () => void (await removeRoles(place.db, EMAIL)))

  const may = async (...given: Role[]) => void (await setRoles(place.db, EMAIL, given, 'Ada', { actor: 'spec' }))
  const ask = async (path: string, init: RequestInit & { token?: string; at?: string } = {}) => {
    const { token, at = place.url, ...rest } = init
    const headers = { ...rest.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    const response = await fetch(`${at}${path}`, { ...rest, headers })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const write = (path: string, token?: string, body: unknown = {}) =>
    ask(path, { method: 'POST', body: JSON.stringify(body), ...(token !== undefined && { token }) })

  it('is who has signed in and has the role, in whatever case the issuer writes the address', async () => {
    await may('editor')
    assert.equal((await write('/api/spec/editor', await issuer.token({ email: 'Ada@Example.ORG' }))).status, 200)
    assert.deepEqual(done, [`editor: ${EMAIL}`])
  })

  it('says so in the JSON where wubloader’s editor does', async () => {
    await may('editor')
    const token = await issuer.token()
    assert.equal((await write('/spec/editor', undefined, { token })).status, 200)
    assert.deepEqual(done, [`editor: ${EMAIL}`])
  })

  it('has each role for itself', async () => {
    const token = await issuer.token()
    for (const role of roles) {
      await may(role)
      for (const other of roles)
        for (const path of [`/api/spec/${other}`, `/spec/${other}`]) {
          const { status, text } = await write(path, token)
          assert.equal(status, other === role ? 200 : 403, `${path} with ${role}`)
          if (other !== role) assert.match(text, new RegExp(`${EMAIL} is signed in, but has not the role ${other}`))
        }
    }
    assert.deepEqual(
      done,
      roles.flatMap((role) => Array.from({ length: 2 }, () => `${role}: ${EMAIL}`)),
    )
  })

  it('has lost a role as soon as it is taken, and may do nothing who never had one', async () => {
    const token = await issuer.token()
    await may('editor', 'operator')
    assert.equal((await write('/api/spec/operator', token)).status, 200)
    await may('editor')
    assert.equal((await write('/api/spec/operator', token)).status, 403)
    await removeRoles(place.db, EMAIL)
    const { status, text } = await write('/api/spec/editor', token)
    assert.equal(status, 403)
    assert.match(text, /an operator has to give a role/)
  })

  it('is nobody without a credential: 401, also where the body is no object, or no JSON', async () => {
    for (const role of roles) {
      const { status, headers, text } = await write(`/api/spec/${role}`)
      assert.equal(status, 401)
      assert.equal(headers.get('www-authenticate'), 'Bearer')
      assert.match(JSON.parse(text).error, /^sign in first: .*Bearer/)
      for (const body of ['', '[]', '"x"', 'null', '5', '{', '{"token": 5}', '{"token": ""}']) {
        const said = await ask(`/spec/${role}`, { method: 'POST', body })
        assert.equal(said.status, 401, body)
        assert.match(said.headers.get('content-type') ?? '', /^text\/plain/)
      }
    }
    assert.deepEqual(done, [])
  })

  it('is nobody by a token that is no good: 401, to wubloader’s clients 403, and nothing of it is repeated', async () => {
    await may(...roles)
    for (const [what, token] of Object.entries(bad))
      for (const role of roles) {
        const api = await write(`/api/spec/${role}`, token)
        assert.equal(api.status, 401, `${what}: ${api.text}`)
        assert.equal(api.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
        const [bearer, inBody] = [
          await write(`/spec/${role}`, token),
          await write(`/spec/${role}`, undefined, { token }),
        ]
        for (const { status, text } of [bearer, inBody]) assert.equal(status, 403, `${what}: ${text}`)
        for (const { text } of [api, bearer, inBody]) assert.ok(!text.includes(token), text)
      }
    assert.deepEqual(done, [])
  })

  it('is told what is wrong with a token', async () => {
    const said = async (what: string) => JSON.parse((await write('/api/spec/editor', bad[what])).text).error as string
    for (const [what, says] of [
      ['expired', /has expired: sign in again/],
      ['for another audience', /another audience.*sign_in\.audience/],
      ['of another issuer', /another issuer.*sign_in\.issuer|key that its issuer does not have/],
      ['with alg none', /not allowed/],
      ['that is not valid yet', /not valid yet/],
      ['whose address is not verified', /not verified/],
      ['that is none', /neither an ID token nor a key/],
    ] as const)
      assert.match(await said(what), says, what)
  })

  it('may be a script with a key, until it is revoked', async () => {
    const made = await addKey(place.db, 'sheet', ['editor'], { actor: 'spec' })
    assert.ok(!isLeft(made))
    const { secret } = made.right
    assert.equal((await write('/api/spec/editor', secret)).status, 200)
    assert.equal((await write('/spec/editor', undefined, { token: secret })).status, 200)
    assert.equal((await write('/api/spec/operator', secret)).status, 403)
    assert.deepEqual(done, ['editor: key sheet', 'editor: key sheet'])
    assert.notEqual((await listKeys(place.db)).find(({ name }) => name === 'sheet')?.last_used_at, null)
    const other = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
    assert.equal((await write('/api/spec/editor', other)).status, 401)
    await revokeKey(place.db, 'sheet', { actor: 'spec' })
    const { status, text } = await write('/api/spec/editor', secret)
    assert.equal(status, 401)
    assert.match(text, /the key sheet is revoked/)
    assert.equal((await write('/spec/editor', undefined, { token: secret })).status, 403)
  })

  it('is asked before what is wanted is looked at', async () => {
    const body = '{"token": "x", "a'
    const { status, text } = await ask('/api/spec/editor', { method: 'POST', body })
    assert.equal(status, 401, text)
    await may('editor')
    const known = await ask('/api/spec/editor', { method: 'POST', body, token: await issuer.token() })
    assert.equal(known.status, 400)
    assert.match(known.text, /the body/)
  })

  it('does not matter to reading, which is open unless it is closed', async () => {
    for (const token of [undefined, bad['expired']])
      assert.equal((await ask('/api/spec/read', { ...(token !== undefined && { token }) })).status, 200)
    assert.deepEqual(done, ['reader: nobody', 'reader: nobody'])
  })

  it('is known where reading is closed, with or without a role; but for what is for anybody', async () => {
    const { url: at } = closed
    const paths = ['/api/spec/read', '/api/counts', '/api/videos', '/files', '/segments/main/source/h/x.ts']
    for (const path of paths) assert.equal((await ask(path, { at })).status, 401, path)
    for (const token of Object.values(bad)) assert.equal((await ask('/api/counts', { at, token })).status, 401)
    assert.equal((await ask('/files', { at, token: bad['expired'] ?? '' })).status, 403)
    const token = await issuer.token()
    assert.equal((await ask('/api/counts', { at, token })).status, 403)
    await may()
    assert.equal((await ask('/api/counts', { at, token })).status, 200)
    const made = await addKey(place.db, 'nodes', [], { actor: 'spec' })
    assert.ok(!isLeft(made))
    assert.equal((await ask('/files', { at, token: made.right.secret })).status, 200)
    assert.equal((await ask('/healthz', { at })).status, 200)
    assert.equal((await ask('/api/spec/open', { at })).status, 200)
  })

  it('is nobody where nobody is configured, and is told what to configure; keys are good all the same', async () => {
    const { url: at } = await place.serve({ signIn: await signInBy(place.db, null), routes: own })
    const token = await issuer.token()
    await may(...roles)
    for (const given of [undefined, token])
      for (const path of ['/api/spec/editor', '/spec/editor']) {
        const { status, text } = await ask(path, {
          ...{ at, method: 'POST', body: '{}' },
          ...(given !== undefined && { token: given }),
        })
        assert.equal(status, 401)
        assert.match(text, /sign_in\.audience .*reelstate key add/)
      }
    const made = await addKey(place.db, 'script', ['editor'], { actor: 'spec' })
    assert.ok(!isLeft(made))
    assert.equal((await ask('/api/spec/editor', { at, method: 'POST', token: made.right.secret })).status, 200)
  })

  it('is anybody where nobody has to sign in', async () => {
    const { url: at } = await place.serve({ signIn: withoutSignIn, routes: own })
    assert.equal((await ask('/spec/operator', { at, method: 'POST', body: '{}' })).status, 200)
    assert.deepEqual(done, ['operator: NOT_AUTH'])
  })

  it('sends no credential in an address: it is refused, and not repeated', async () => {
    const token = await issuer.token()
    for (const query of [`token=${token}`, `access_token=x`, `after=${token}`, `x=rk_${'A'.repeat(43)}`, `${token}=1`])
      for (const path of ['/api/counts', '/files', '/api/nothing', '/']) {
        const { status, text } = await ask(`${path}?${query}`)
        assert.equal(status, 400, `${path}?${query}`)
        assert.match(text, /Authorization: Bearer/)
        assert.ok(!text.includes(token) && !text.includes('AAAA'), text)
      }
  })

  describe('of all that is declared', () => {
    const guarded = [...declared, ...own].filter(({ who }) => roles.some((role) => role === who))
    const nothing = async () => {
      const { rows } = await place.db.query<{ state: string }>(
        `select jsonb_build_array((select count(*) from reelstate.events), (select jsonb_agg(to_jsonb(v) order by id) from reelstate.videos v),
           (select jsonb_agg(to_jsonb(t) order by name) from reelstate.templates t), (select count(*) from reelstate.blobs))::text as state`,
      )
      return rows[0]?.state
    }

    it('each way to write answers 401 or 403 to whoever is not known, and changes nothing', async () => {
      await place.edited('one')
      await may(...roles)
      const before = await nothing()
      for (const one of guarded) {
        const path = one.path.replace('*', 'x').replace(/:[A-Za-z]+(\([^)]*\))?/g, (name) => samples[name] ?? 'one')
        const isText = one.errors === 'text'
        for (const body of ['', '{}', '[]', '{"token"'])
          assert.equal((await ask(path, { method: one.method, body })).status, 401, `${one.method} ${path} ${body}`)
        for (const [what, token] of Object.entries(bad)) {
          const bearer = await ask(path, { method: one.method, body: '{}', token })
          assert.equal(bearer.status, isText ? 403 : 401, `${one.method} ${path}: ${what}`)
          if (one.body !== null && 'png' in one.body) continue
          const inBody = await ask(path, { method: one.method, body: JSON.stringify({ token }) })
          assert.equal(inBody.status, isText ? 403 : 401, `${one.method} ${path}: ${what}, in the body`)
        }
      }
      assert.equal(await nothing(), before)
      assert.deepEqual(done, [])
    })
  })
})

/** Parameters whose form matters before who asks is looked at. */
const samples: Readonly<Record<string, string>> = { ':version': '1' }
