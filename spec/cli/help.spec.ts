import assert from 'node:assert/strict'
import { each, json, lines, type Outcome, reelstate } from './program.js'

const commands = [
  ...['serve', 'demo', 'ingest', 'videos', 'show', 'create', 'edit', 'reset', 'retry', 'resolve', 'log', 'replay'],
  ...['cut', 'diagram', 'db', 'db move', 'db rebuild', 'db verify', 'doctor'],
]

describe('reelstate --help', function () {
  this.timeout(60_000)
  let program: Outcome
  before(async () => {
    program = await reelstate(['--help'])
  })

  it('lists every command, the exit codes, the environment and examples', () => {
    assert.equal(program.code, 0)
    assert.equal(program.stderr, '')
    for (const command of commands.filter((name) => !name.includes(' ')))
      assert.match(program.stdout, new RegExp(`^  ${command}\\b`, 'm'))
    for (const code of [0, 1, 2, 3, 4]) assert.match(program.stdout, new RegExp(`^  ${code}  \\S`, 'm'))
    for (const name of ['DATABASE_URL', 'REELSTATE_DATA', 'FFMPEG_PATH']) assert.ok(program.stdout.includes(name), name)
    assert.match(program.stdout, /Examples:\n {2}reelstate /)
  })

  it('names no command that these specs leave out', () => {
    const listed = [...(program.stdout.split('\nCommands:\n')[1] ?? '').split('\n\n')[0]!.matchAll(/^ {2}(\S+)/gm)]
    assert.deepEqual(
      listed.map(([, name]) => name).filter((name) => name !== 'help'),
      commands.filter((name) => !name.includes(' ')),
    )
  })

  it('of every command has an example of it and the options that all have', async function () {
    this.timeout(120_000)
    const helps = await each(commands, async (command) => ({
      command,
      help: await reelstate([...command.split(' '), '--help']),
    }))
    for (const { command, help } of helps) {
      assert.equal(help.code, 0, command)
      assert.equal(help.stderr, '', command)
      assert.match(help.stdout, new RegExp(`Examples?:\\n(.*\\n)*?.*reelstate ${command}\\b`), command)
      for (const option of ['--data', '--config', '--json']) assert.ok(help.stdout.includes(option), command)
    }
  })
})

describe('wrong use', function () {
  this.timeout(60_000)
  const uses: [args: string[], says: RegExp][] = [
    [['vidoes'], /unknown command 'vidoes'.*Did you mean videos\?/],
    [['videos', '--stat', 'EDITED'], /unknown option '--stat'.*Did you mean --state\?/],
    [['videos', '--state', 'EDITTED'], /--state.*EDITTED.*EDITED/],
    [['log', '--limit', 'many'], /--limit.*many.*whole number/],
    [['show'], /missing required argument 'id'/],
    [['edit', 'some-id'], /required option '--file <file>' not specified/],
    [['db', 'verfy'], /unknown command "verfy".*verify/],
    [['serve', '--port', '70000'], /--port.*70000.*0 to 65535/],
    [['serve', '--name', '../me'], /--name.*\.\.\/me/],
    [['resolve', 'some-id'], /--uploaded VIDEO_ID or --absent/],
  ]
  it('is answered by one line that helps, exit code 2, and nothing on standard output', async () => {
    const outcomes = await each(uses, ([args]) => reelstate(args))
    for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
      const [args, says] = uses[i] ?? assert.fail()
      assert.equal(code, 2, args.join(' '))
      assert.equal(stdout, '', args.join(' '))
      assert.equal(lines(stderr).length, 1, stderr)
      assert.match(stderr, /^reelstate: /)
      assert.match(stderr, says)
    }
  })

  it('is one JSON value with --json, before as well as after the command', async () => {
    const outcomes = await each(
      [['--json', 'videos', '--stat', 'X'], ['videos', '--stat', 'X', '--json'], ['--json']],
      (args) => reelstate(args),
    )
    for (const outcome of outcomes) {
      assert.equal(outcome.code, 2)
      assert.equal(typeof json<{ error: string }>(outcome).error, 'string')
    }
  })
})
