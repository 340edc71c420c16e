import assert from 'node:assert/strict'
import { each, json, lines } from './program.js'
import { type Workplace, workplace } from './workplace.js'

interface Examined {
  readonly ok: boolean
  readonly findings: { readonly what: string; readonly ok: boolean; readonly found: string; readonly remedy?: string }[]
}

describe('reelstate doctor', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await workplace()
  })
  after(() => place.remove())

  it('finds all well on a machine that has what a node needs: a line each, exit code 0', async () => {
    const { code, stdout, stderr } = await place.run(['doctor'])
    assert.equal(code, 0, stdout)
    assert.match(stderr, /^there is no database in .* yet: an empty one is made\n$/)
    for (const what of [
      'Node',
      'ffmpeg',
      'data folder',
      'configuration',
      'segments',
      'location',
      'database',
      'connections',
    ])
      assert.match(stdout, new RegExp(`^ok +${what} `, 'm'))
    assert.ok(lines(stdout).every((line) => line.startsWith('ok ')))
  })

  it('names what is wrong, with the remedy: exit code 1', async () => {
    const secret = 'correct-horse-battery'
    const wrong: [what: string, env: NodeJS.ProcessEnv, found: RegExp, remedy: RegExp][] = [
      ['ffmpeg', { FFMPEG_PATH: '/nowhere' }, /lacks ffmpeg \(\/nowhere/, /npm run setup/],
      [
        'database',
        { DATABASE_URL: `postgres://me:${secret}@127.0.0.1:1/x` },
        /127\.0\.0\.1:1 .*refused/,
        /check that PostgreSQL runs/,
      ],
      [
        'configuration',
        { REELSTATE_CONFIG: await place.file('wrong.json', { locations: { main: { type: 'local' } } }) },
        /locations\.main\.path: found nothing/,
        /correct it/,
      ],
      [
        'location',
        {
          REELSTATE_CONFIG: await place.file('away.json', {
            locations: { main: { type: 'local', path: '/dev/null/x' } },
          }),
        },
        /main: .*\/dev\/null\/x/,
        /./,
      ],
      [
        'location',
        {
          REELSTATE_CONFIG: await place.file('bucket.json', {
            locations: {
              main: {
                ...{ type: 's3', bucket: 'videos', endpoint: 'http://127.0.0.1:1' },
                credentials: await place.file('keys.json', { access_key_id: 'me', secret_access_key: secret }),
              },
            },
          }),
        },
        /main: http:\/\/127\.0\.0\.1:1 can't be reached \(ECONNREFUSED\)/,
        /check the endpoint/,
      ],
    ]
    const outcomes = await each(wrong, ([, env]) =>
      // what it needs no database for is seen without one
      place.run(['doctor', '--json'], { env: { DATABASE_URL: 'postgres://me@127.0.0.1:1/x', ...env } }),
    )
    for (const [i, outcome] of outcomes.entries()) {
      const [what, , found, remedy] = wrong[i] ?? assert.fail()
      assert.equal(outcome.code, 1, what)
      const { ok, findings } = json<Examined>(outcome)
      assert.equal(ok, false)
      const finding = findings.find((one) => one.what === what && !one.ok)
      assert.ok(finding, `${what}: ${outcome.stdout}`)
      assert.match(finding.found, found)
      assert.match(`${finding.found} ${finding.remedy ?? ''}`, remedy)
      assert.match(outcome.stderr, new RegExp(`^reelstate: wrong: .*${what}`, 'm'))
      assert.ok(!`${outcome.stdout}${outcome.stderr}`.includes(secret))
    }
  })
})
