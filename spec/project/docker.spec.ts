import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DCLinter } from 'dclint'
import { DockerfileParser } from 'dockerfile-ast'
import type { Copy, Dockerfile, Instruction } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(root, 'Dockerfile'), 'utf8')

describe('the Dockerfile', () => {
  const dockerfile = DockerfileParser.parse(text)

  it('is valid', () => {
    assert.deepEqual(validate(text), [])
  })

  it('starts every role and the build from the same first layers', () => {
    const [base, ...others] = dockerfile.getFROMs()
    assert.match(base?.getImage() ?? '', /^node:\d+-/)
    assert.ok(others.length > 0)
    for (const from of others) assert.equal(from.getImage(), base?.getBuildStage())
  })

  it('installs system packages, then dependencies, and only then copies sources', () => {
    const steps = dockerfile.getInstructions()
    const first = (what: RegExp): number => steps.findIndex((step) => what.test(layer(step)))
    const packages = first(/^RUN .*apt-get install .*\bffmpeg\b.*\btini\b/)
    const lockFile = first(/^COPY .*package-lock\.json/)
    assert.ok(packages >= 0 && lockFile > packages)
    for (const stage of stages(dockerfile)) {
      const install = stage.findIndex((step) => /^RUN .*npm ci/.test(layer(step)))
      const sources = stage.findIndex((step) => /^COPY .*(src|dist)\b/.test(layer(step)))
      assert.ok(sources === -1 || (install >= 0 && install < sources), layer(stage[0]))
    }
  })

  it('leaves development dependencies out of the image that runs', () => {
    const npmCi = lastStage(dockerfile)
      .map(layer)
      .filter((step) => /npm ci/.test(step))
    assert.equal(npmCi.length, 1)
    assert.match(npmCi[0] ?? '', /npm ci --omit=dev/)
  })

  it('copies only what the checkout has and what the ignore file lets through', () => {
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
    assert.ok(ignored.includes('*'), 'everything is left out unless it is named')
    for (const copy of dockerfile.getCOPYs().filter((step) => !isFromStage(step))) {
      const sources = copy.getArguments().slice(0, -1)
      for (const source of sources.map((argument) => argument.getValue())) {
        assert.ok(existsSync(join(root, source)), `${source} exists`)
        assert.ok(ignored.includes(`!${source}`), `${source} is in .dockerignore`)
      }
    }
  })

  it('runs as a user who is not root, and whose data outlive the container', () => {
    const last = lastStage(dockerfile).map(layer)
    const user = last.filter((step) => step.startsWith('USER ')).at(-1)
    assert.ok(user !== undefined && !/^USER (root|0)\b/.test(user))
    assert.ok(last.indexOf(user) < last.findIndex((step) => step.startsWith('ENTRYPOINT ')))
    assert.ok(last.includes('VOLUME /data'))
    assert.ok(last.includes('ENV REELSTATE_DATA=/data'))
  })

  it('has an init in front of the program, and the role as the command', () => {
    const entrypoint = dockerfile.getENTRYPOINTs().at(-1)
    const command = dockerfile.getCMDs().at(-1)
    assert.deepEqual(entrypoint?.getJSONStrings().map(unquoted), ['tini', '--', 'reelstate'])
    assert.equal(command?.getJSONStrings().map(unquoted)[0], 'serve')
  })

  it('is checked for health by the node itself, without another program', () => {
    const [check] = dockerfile.getHEALTHCHECKs()
    assert.match(check === undefined ? '' : layer(check), /CMD \["node", .*http:\/\/127\.0\.0\.1:8080\/healthz/)
  })
})

describe('compose.yaml', () => {
  it('follows the schema of compose files and its linter’s advice', () => {
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] })
    const results: LintedFile[] = linter.lintFiles([join(root, 'compose.yaml')], false)
    assert.equal(results.length, 1)
    const advice = results.flatMap(({ messages }) => messages.map(({ line, message }) => `${line}: ${message}`))
    assert.deepEqual(advice, [])
  })
})

/** What dclint says of one file; its own declarations of it do not resolve under ES modules. */
interface LintedFile {
  messages: { line: number; message: string }[]
}

/** An instruction on one line, with single spaces and no continuation marks. */
function layer(step: Instruction | undefined): string {
  const argumentsText = step?.getRawArgumentsContent() ?? ''
  return `${step?.getKeyword() ?? ''} ${argumentsText.replace(/\\\n/g, ' ').replace(/\s+/g, ' ').trim()}`
}

function stages(dockerfile: Dockerfile): Instruction[][] {
  const all: Instruction[][] = []
  for (const step of dockerfile.getInstructions()) {
    if (step.getKeyword() === 'FROM') all.push([])
    all.at(-1)?.push(step)
  }
  return all
}

function lastStage(dockerfile: Dockerfile): Instruction[] {
  return stages(dockerfile).at(-1) ?? []
}

function isFromStage(copy: Copy): boolean {
  return copy.getFromFlag() !== null
}

function unquoted(argument: { getValue(): string }): string {
  return argument.getValue().replace(/^"|"$/g, '')
}
