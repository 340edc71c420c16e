import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type IdTokenOptions, idTokens } from '../../src/http/signIn/idTokens.js'
import { isTrustworthy } from '../../src/http/signIn/trustworthy.js'
import { AUDIENCE, EMAIL, type Issuer, startIssuer } from './issuer.js'

describe("an issuer's keys", function () {
  this.timeout(60_000)
  let issuer: Issuer
  beforeEach(async () => void (issuer = await startIssuer()))
  afterEach(() => issuer[Symbol.asyncDispose]())

  const trusting = (over: Partial<IdTokenOptions> = {}) =>
    idTokens({ issuer: issuer.url, audience: [AUDIENCE], keysUrl: null, ...over })
  const outcome = async (judge: ReturnType<typeof idTokens>, token: string): Promise<string> => {
    const judged = await judge(token)
    return isLeft(judged) ? judged.left.reason : judged.right
  }

  it('are found by its description of itself, or at the address that is configured', async () => {
    assert.equal(await outcome(trusting(), await issuer.token()), EMAIL)
    const keysUrl = `${issuer.url}/jwks`
    assert.equal(await outcome(trusting({ keysUrl }), await issuer.token()), EMAIL)
  })

  it('are good while it cannot be reached, once they are known', async () => {
    // asked for again each time, in vain
    const judge = trusting({ againMs: 0, cooldownMs: 0 })
    const token = await issuer.token()
    assert.equal(await outcome(judge, token), EMAIL)
    await issuer.stop()
    assert.equal(await outcome(judge, token), EMAIL)
    assert.equal(await outcome(judge, await issuer.token({ aud: 'other' })), 'invalid')
  })

  it('are not good for ever while it cannot be reached', async () => {
    const judge = trusting({ keepMs: 0 })
    await issuer.stop()
    assert.equal(await outcome(judge, await issuer.token()), 'unreachable')
    await issuer.start()
    const short = trusting({ againMs: 0, keepMs: 0 })
    assert.equal(await outcome(short, await issuer.token()), 'unreachable')
  })

  it('cannot be judged by before they are known; as soon as it is there they can', async () => {
    const judge = trusting()
    const token = await issuer.token()
    await issuer.stop()
    assert.equal(await outcome(judge, token), 'unreachable')
    await issuer.start()
    assert.equal(await outcome(judge, token), EMAIL)
  })

  it('may be added to: a token that names a new one has them fetched again', async () => {
    const judge = trusting({ cooldownMs: 0 })
    const before = await issuer.token()
    assert.equal(await outcome(judge, before), EMAIL)
    await issuer.rotate('kept')
    assert.equal(await outcome(judge, await issuer.token()), EMAIL)
    assert.equal(await outcome(judge, before), EMAIL)
  })

  it('that it has given up are good no more', async () => {
    const judge = trusting({ cooldownMs: 0 })
    const before = await issuer.token()
    assert.equal(await outcome(judge, before), EMAIL)
    await issuer.rotate('forgotten')
    assert.equal(await outcome(judge, await issuer.token()), EMAIL)
    assert.equal(await outcome(judge, before), 'invalid')
  })

  it('are not fetched again and again for tokens that name unknown ones', async () => {
    let asked = 0
    const counting = createServer((request, response) => {
      asked++
      void fetch(`${issuer.url}${request.url}`)
        .then((answer) => answer.text())
        .then((text) => response.end(text))
    })
    await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve))
    const keysUrl = `http://127.0.0.1:${(counting.address() as AddressInfo).port}/jwks`
    const judge = trusting({ keysUrl })
    for (let i = 0; i < 20; i++)
      assert.equal(await outcome(judge, await issuer.token({}, { kid: `made-up-${i}` })), 'invalid')
    assert.equal(asked, 1)
    counting.closeAllConnections()
    counting.close()
  })

  it('are not taken from a description of somebody else', async () => {
    const liar = createServer((_, response) =>
      response.end(JSON.stringify({ issuer: 'https://other.example.org', jwks_uri: `${issuer.url}/jwks` })),
    )
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`
    assert.equal(await outcome(trusting({ issuer: address }), await issuer.token({ iss: address })), 'unreachable')
    liar.closeAllConnections()
    liar.close()
  })

  it('of Google are those of both names that its tokens have', async () => {
    const judge = trusting({ issuer: 'https://accounts.google.com', keysUrl: `${issuer.url}/jwks` })
    for (const iss of ['https://accounts.google.com', 'accounts.google.com'])
      assert.equal(await outcome(judge, await issuer.token({ iss })), EMAIL)
    assert.equal(
      await outcome(judge, await issuer.token({ iss: 'https://accounts.google.com.example.org' })),
      'invalid',
    )
  })

  it('come by https, or from this machine', () => {
    for (const [address, isGood] of [
      ['https://accounts.google.com', true],
      ['http://localhost:8000', true],
      ['http://127.0.0.1:8000/jwks', true],
      ['http://issuer.example.org', false],
      ['http://127.0.0.1.example.org', false],
      ['https://me:hunter2@issuer.example.org', false],
      ['file:///etc/keys', false],
      ['keys', false],
    ] as const)
      assert.equal(isTrustworthy(address), isGood, address)
  })
})
