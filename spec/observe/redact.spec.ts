import assert from 'node:assert/strict'
import { redacting } from '../../src/observe/redact.js'

describe('what a node says', () => {
  const redact = redacting(['hunter2', 'p/w d', 'abc'])
  const secrets: [string, string][] = [
    ['postgres://reelstate:hunter3@db.example/reelstate is away', 'hunter3'],
    ['redis://:hunter3@db.example is away', 'hunter3'],
    ['Authorization: Bearer abcdefghijklmnop was refused', 'abcdefghijklmnop'],
    ['token eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0. was refused', 'eyJzdWIiOiIxIn0'],
    ['{"refresh_token":"long-and-secret","x":1}', 'long-and-secret'],
    ['POST /token?client_secret=long-and-secret&x=1', 'long-and-secret'],
    ['the password: long-and-secret', 'long-and-secret'],
    ['got ya29.a0AfH6SMBx back', 'a0AfH6SMBx'],
    ['with 1//0gabcdefghijk', '0gabcdefghijk'],
    ['somebody said hunter2', 'hunter2'],
    ['an address has p%2Fw%20d in it', 'p%2Fw%20d'],
  ]
  for (const [line, secret] of secrets)
    it(`has nothing secret in it: ${line.slice(0, 20)}…`, () => {
      assert.ok(line.includes(secret))
      assert.ok(!redact(line).includes(secret), redact(line))
      assert.match(redact(line), /\[hidden\]/)
    })

  it('is as it was where there is nothing secret', () => {
    for (const line of [
      'video abc: attempt 6c1e is over',
      'the database is away (connect ECONNREFUSED 127.0.0.1:5432); trying again',
      'https://example.org/a:b@c and mailto:me@example.org',
      'the refresh token was revoked (invalid_grant). Sign in again and put the new token into credentials.json.',
    ])
      assert.equal(redact(line), line)
  })
})
