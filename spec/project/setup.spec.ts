import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('npm run setup', function () {
  this.timeout(60_000)
  let checkout: string

  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'reelstate-setup-'))
    await mkdir(join(checkout, 'scripts'))
    await cp(join(root, 'scripts/setup.mjs'), join(checkout, 'scripts/setup.mjs'))
    await cp(join(root, 'scripts/setup'), join(checkout, 'scripts/setup'), { recursive: true })
    await dependsOn({ part: '1.0.0' })
  })

  afterEach(() => rm(checkout, { recursive: true, force: true }))

  it('installs what the lock file names, with nothing on stdout, and the next time has only one line to say', async () => {
    const first = await setup()
    assert.match(first.stderr, /installing dependencies \(npm ci\)/)
    assert.equal(first.exitCode, 0, first.stderr)
    assert.equal(first.stdout, '', 'stdout may be somebody’s JSON')
    assert.match(await installed(), /"version":"1.0.0"/)

    const second = await setup()
    assert.match(second.stderr, /^setup: ready: Node \S+, ffmpeg \S+\n$/)
    assert.equal(second.exitCode, 0)
  })

  it('installs anew when the lock file has changed', async () => {
    await setup()
    await dependsOn({ part: '2.0.0' })
    const again = await setup()
    assert.match(again.stderr, /out of date/)
    assert.equal(again.exitCode, 0, again.stderr)
    assert.match(await installed(), /"version":"2.0.0"/)
  })

  it('installs anew when node_modules was left half done', async () => {
    await setup()
    await rm(join(checkout, 'node_modules'), { recursive: true })
    await mkdir(join(checkout, 'node_modules'))
    assert.equal((await setup()).exitCode, 0)
    assert.match(await installed(), /"version":"1.0.0"/)
  })

  it('installs development dependencies whatever the environment says', async () => {
    assert.equal((await setup({ NODE_ENV: 'production', npm_config_omit: 'dev' })).exitCode, 0)
    assert.match(await installed(), /"version":"1.0.0"/)
  })

  it('says in one line that Node is too old', async () => {
    await writeFile(join(checkout, 'package.json'), JSON.stringify({ engines: { node: '>=99.1' } }))
    const refused = await setup()
    assert.equal(
      refused.stderr,
      `setup: Reelstate needs Node >=99.1, this is ${process.version}: install a newer one.\n`,
    )
    assert.equal(refused.exitCode, 1)
  })

  it('says where to name ffmpeg if there is none and nothing to install it with', async () => {
    const empty = join(checkout, 'no-programs')
    await mkdir(empty)
    const refused = await setup({ PATH: empty })
    assert.equal(refused.stderr.trimEnd().split('\n').length, 1, refused.stderr)
    assert.match(refused.stderr, /ffmpeg not found.*FFMPEG_PATH/)
    assert.equal(refused.exitCode, 1)
  })

  it('refuses a program that is not the ffmpeg it is said to be, and says what it lacks', async () => {
    const pretender = join(checkout, 'ffmpeg')
    await symlink(process.execPath, pretender)
    assert.match(
      (await setup({ FFMPEG_PATH: join(checkout, 'gone') })).stderr,
      /FFMPEG_PATH is .*gone, which is no program/,
    )
    const refused = await setup({ FFMPEG_PATH: pretender })
    assert.match(refused.stderr, /ffmpeg does not run/)
    assert.equal(refused.exitCode, 1)
  })

  /** Writes a package.json and lock file with one development dependency, taken from a folder: no registry is asked. */
  async function dependsOn({ part }: { part: string }): Promise<void> {
    const self = {
      name: 'checkout',
      version: '1.0.0',
      engines: { node: '>=20.19' },
      devDependencies: { part: 'file:part' },
    }
    await mkdir(join(checkout, 'part'), { recursive: true })
    await writeFile(join(checkout, 'part/package.json'), JSON.stringify({ name: 'part', version: part }))
    await writeFile(join(checkout, 'package.json'), JSON.stringify(self))
    const packages = {
      '': self,
      'node_modules/part': { resolved: 'part', link: true },
      part: { version: part, dev: true },
    }
    const lock = { name: self.name, version: self.version, lockfileVersion: 3, requires: true, packages }
    await writeFile(join(checkout, 'package-lock.json'), JSON.stringify(lock))
  }

  function installed(): Promise<string> {
    return readFile(join(checkout, 'node_modules/part/package.json'), 'utf8')
  }

  function setup(
    environment: NodeJS.ProcessEnv = {},
  ): Promise<{ stdout: string; stderr: string; exitCode: number | null }> {
    return new Promise((resolve, reject) => {
      const DATABASE_URL = 'postgres://127.0.0.1/unused'
      const env = { ...process.env, DATABASE_URL, npm_config_cache: join(checkout, 'cache'), ...environment }
      const child = spawn(process.execPath, ['scripts/setup.mjs'], {
        cwd: checkout,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      child.once('error', reject)
      child.once('close', (exitCode) => resolve({ stdout, stderr, exitCode }))
    })
  }
})
