import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ESLint } from 'eslint'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('the rule of import directions', function () {
  this.timeout(60_000)

  it('takes imports that go the way of the design', async () => {
    const broken = await rulesBroken({
      'machines/video.ts': "import { createMachine } from 'xstate'\nexport const video = createMachine({})\n",
      'src/log/append.ts': importing('../../machines/video.js', 'video'),
      'src/effects/reconcile.ts': importing('../log/append.js', 'append'),
      'src/http/routes.ts': importing('../log/append.js', 'append'),
      'src/observe/exporting.ts': "export const exporting = () => import('@opentelemetry/api')\n",
      'src/service/tracing.ts': importing('../observe/exporting.js', 'exporting'),
      'src/thumbnail/images.ts': "export const images = () => import('sharp')\n",
      'src/effects/thumbnail.ts': importing('../thumbnail/images.js', 'images'),
      'src/service/start.ts':
        importing('../effects/reconcile.js', 'reconcile') + importing('../http/routes.js', 'routes'),
      'src/cli/main.ts': importing('../service/start.js', 'start'),
    })
    assert.deepEqual(broken, {})
  })

  it('refuses imports against it, and each rule does its part', async () => {
    const broken = await rulesBroken({
      // against the direction
      'machines/reaching.ts': importing('../src/log/store.js', 'store'),
      'src/log/store.ts': importing('../effects/cutting.js', 'cutting'),
      'src/effects/cutting.ts': importing('../http/page.js', 'page'),
      'src/segments/path.ts': importing('../cut/rough.js', 'rough'),
      'src/cut/rough.ts': importing('../upload/local.js', 'local'),
      'src/upload/local.ts': importing('../cut/receipt.js', 'receipt'),
      'src/cut/receipt.ts': "export const receipt = ''\n",
      'src/diagram/svg.ts': importing('../log/rows.js', 'rows'),
      'src/console/page.ts': importing('../log/rows.js', 'rows'),
      'src/console/picture.ts': "import type { rows } from '../log/rows.js'\nexport type Picture = typeof rows\n",
      'src/log/rows.ts': "export const rows = ''\n",
      'src/http/page.ts': importing('../service/supervisor.js', 'supervisor'),
      'src/service/supervisor.ts': importing('../cli/print.js', 'print'),
      'src/service/postgres/cluster.ts': importing('../settings.js', 'settings'),
      'src/service/settings.ts': "export const settings = ''\n",
      'src/cli/print.ts': "export const print = ''\n",
      // whatever the direction
      'machines/reading.ts': "import { readFileSync } from 'node:fs'\nexport const reading = readFileSync\n",
      'machines/querying.ts': "import pg from 'pg'\nexport const querying = pg\n",
      'src/misc/thing.ts': importing('../log/rows.js', 'rows'),
      'src/cli/check.ts': "import fc from 'fast-check'\nexport const check = fc\n",
      'src/cli/left-over.ts': 'export const leftOver = 1\n',
      'src/cli/ping.ts': importing('./pong.js', 'pong'),
      'src/cli/pong.ts': importing('./ping.js', 'ping'),
      'src/thumbnail/eager.ts': "import sharp from 'sharp'\nexport const eager = sharp\n",
      'src/observe/tracing.ts': "import { trace } from '@opentelemetry/api'\nexport const tracing = trace\n",
      'src/thumbnail/template.ts': importing('../log/rows.js', 'rows'),
      'src/cli/nowhere.ts': importing('./gone.js', 'gone'),
    })
    const expected: Record<string, string> = {
      'machines/reaching.ts': 'imports-of-machines',
      'src/log/store.ts': 'imports-of-src-log',
      'src/effects/cutting.ts': 'imports-of-src-effects',
      'src/segments/path.ts': 'imports-of-src-segments',
      'src/cut/rough.ts': 'imports-of-src-cut',
      'src/upload/local.ts': 'imports-of-src-upload',
      'src/diagram/svg.ts': 'imports-of-src-diagram',
      'src/http/page.ts': 'imports-of-src-http',
      'src/console/page.ts': 'imports-of-src-console',
      'src/service/supervisor.ts': 'imports-of-src-service',
      'src/service/postgres/cluster.ts': 'imports-of-src-service-postgres',
      'machines/reading.ts': 'machines-import-few-packages',
      'machines/querying.ts': 'machines-import-few-packages',
      'src/misc/thing.ts': 'known-parts-only',
      'src/cli/check.ts': 'no-development-packages',
      'src/cli/left-over.ts': 'no-orphans',
      'src/cli/ping.ts': 'no-cycles',
      'src/thumbnail/eager.ts': 'images-when-needed',
      'src/observe/tracing.ts': 'traces-when-configured',
      'src/thumbnail/template.ts': 'imports-of-src-thumbnail',
      'src/cli/nowhere.ts': 'resolvable',
    }
    for (const [file, rule] of Object.entries(expected)) {
      assert.ok(broken[file]?.has(rule), `${file} breaks ${rule}, found: ${[...(broken[file] ?? [])].join(', ')}`)
    }
    assert.equal(broken['src/console/picture.ts']?.has('imports-of-src-console') ?? false, false, 'a type is no code')
  })
})

describe('the rule of pure machines', function () {
  this.timeout(60_000)
  const eslint = new ESLint({ cwd: root })

  it('takes what depends on its input alone', async () => {
    assert.deepEqual(
      await complaints(`
        import { right } from 'fp-ts/lib/Either.js'
        import * as t from 'io-ts'
        export const at = new Date('2026-01-31T18:00:00Z').toISOString()
        export const ms = Date.parse(at)
        export const when: Date | undefined = undefined
        export const decoded = t.string.decode(at) === right(at)
        export const larger = Math.max(ms, 1)
      `),
      [],
    )
  })

  const impure: [string, string][] = [
    ['the time', 'export const now = Date.now()'],
    ['the time, as a date', 'export const now = new Date()'],
    ['the time, as a text', 'export const now = Date()'],
    ['the time, in disguise', 'const clock = Date; export const now = new clock()'],
    ['the time zone', 'export const local = new Date(2026, 0, 31)'],
    ['a stopwatch', 'export const now = performance.now()'],
    ['random numbers', 'export const id = Math.random()'],
    ['random ids', 'export const id = crypto.randomUUID()'],
    ['a timer', 'setTimeout(String, 10)'],
    ['the environment', 'export const home = process.env.HOME'],
    ['the screen', "console.log('here')"],
    ['the network', "export const page = fetch('http://127.0.0.1/')"],
    ['a global by another way', 'export const now = globalThis.performance'],
    ['the file system', "import { readFileSync } from 'node:fs'\nexport const read = readFileSync"],
    ['another library', "import pg from 'pg'\nexport const read = pg"],
    ['the service', "import { append } from '../src/log/append.js'\nexport const write = append"],
    ['code loaded later', "export const later = import('./later.js')"],
    ['a path of fp-ts that Node does not find', "import { right } from 'fp-ts/Either'\nexport const r = right"],
  ]
  for (const [what, text] of impure) {
    it(`refuses ${what}`, async () => {
      const rules = await complaints(text)
      assert.ok(
        rules.some((rule) => rule.startsWith('no-restricted-')),
        `found: ${rules.join(', ')}`,
      )
    })
  }

  it('cannot be switched off by a comment', async () => {
    const rules = await complaints('/* eslint-disable */\nexport const now = Date.now()')
    assert.ok(rules.includes('no-restricted-syntax'), `found: ${rules.join(', ')}`)
  })

  it('leaves starting processes to the places that own them', async () => {
    const text = "import { spawn } from 'node:child_process'\nexport const start = spawn\n"
    assert.deepEqual(await complaints(text, 'src/log/append.ts'), ['no-restricted-imports'])
    assert.deepEqual(await complaints(text, 'src/cut/ffmpeg.ts'), [])
  })

  /** The rules that a text breaks if it stands in `file`. Types are left aside: the file need not exist. */
  async function complaints(text: string, file = 'machines/example.ts'): Promise<string[]> {
    const untyped = new ESLint({
      cwd: root,
      overrideConfig: [
        {
          files: ['**/*.ts'],
          languageOptions: { parserOptions: { projectService: false } },
          rules: await typedRulesOff(),
        },
      ],
    })
    const [result] = await untyped.lintText(text, { filePath: join(root, file) })
    return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message)
  }

  async function typedRulesOff(): Promise<Record<string, 'off'>> {
    const config: { rules: Record<string, unknown> } = await eslint.calculateConfigForFile('machines/example.ts')
    const names = Object.keys(config.rules).filter((name) => name.startsWith('@typescript-eslint/'))
    return Object.fromEntries(names.map((name) => [name, 'off']))
  }
})

/** The text of a module that imports `name` and uses it. Types are not checked, so nothing need export that name. */
function importing(from: string, name: string): string {
  return `import { ${name} } from '${from}'\nexport const uses${name} = ${name}\n`
}

interface Cruise {
  summary: { violations: { from: string; rule: { name: string } }[] }
}

/** The names of the rules that each of these files breaks, as the project's own command sees it. */
async function rulesBroken(files: Record<string, string>): Promise<Record<string, Set<string>>> {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-imports-'))
  try {
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
      await cp(join(root, name), join(folder, name))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, dirname(name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'machines']
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { cwd: folder })
    const { summary } = JSON.parse(stdout) as Cruise
    const broken: Record<string, Set<string>> = {}
    for (const { from, rule } of summary.violations) (broken[from] ??= new Set()).add(rule.name)
    return broken
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
