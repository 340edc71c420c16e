import assert from 'node:assert/strict'
import type { Command, CommanderError } from 'commander'
import { exitCodes, type Failure } from '../../src/cli/failure.js'
import { programFor } from '../../src/cli/program.js'
import { each, json, lines, type Outcome, reelstate } from './program.js'

const commands = [
  ...[
    'serve',
    'demo',
    'ingest',
    'backfill',
    'videos',
    'show',
    'why',
    'create',
    'import',
    'edit',
    'reset',
    'retry',
    'link',
    'resolve',
    'log',
    'replay',
  ],
  ...[
    'cut',
    'frame',
    'waveform',
    'recut',
    'modify',
    'orphans',
    'orphans list',
    'orphans unlist',
    'orphans adopt',
    'orphans dismiss',
    'template',
    'template list',
    'template show',
    'template add',
    'template update',
    'image',
    'image add',
    'thumbnail',
    'playlist',
    'playlist list',
    'playlist set',
    'playlist remove',
    'nodes',
    'location',
    'location list',
    'location pause',
    'location resume',
    'coverage',
    'quota',
    'webhook',
    'webhook list',
    'webhook test',
    'role',
    'role list',
    'role set',
    'role remove',
    'key',
    'key list',
    'key add',
    'key revoke',
    'diagram',
    'db',
    'db move',
    'db rebuild',
    'db verify',
    'doctor',
  ],
]

describe('reelstate --help', function () {
  this.timeout(60_000)
  let program: Outcome
  let ours: Command
  before(async () => {
    program = await reelstate(['--help'])
    ours = await programFor([])
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

  it('of every command has an example of it and the options that all have', () => {
    for (const command of commands) {
      const help = helpOf(ours, command)
      assert.match(help, new RegExp(`Examples?:\\n(.*\\n)*?.*reelstate ${command}\\b`), command)
      for (const option of ['--data', '--config', '--json']) assert.ok(help.includes(option), command)
    }
  })

  it('of a command is what that command prints', async () => {
    const { code, stdout, stderr } = await reelstate(['db', 'move', '--help'])
    assert.deepEqual(
      { code, stdout, stderr },
      { code: 0, stdout: helpOf(await programFor(['db']), 'db move'), stderr: '' },
    )
  })
})

/** What `--help` of it prints; to start a process for each would take longer. */
function helpOf(program: Command, command: string): string {
  const found = command
    .split(' ')
    .reduce<Command | undefined>((parent, name) => parent?.commands.find((sub) => sub.name() === name), program)
  assert.ok(found, command)
  let text = ''
  found.configureOutput({ writeOut: (more) => void (text += more) }).outputHelp()
  return text
}

describe('wrong use', function () {
  this.timeout(60_000)
  const backfill = ['backfill', '--channel', 'main', '--start', '2026-01-31T18:00:00Z', '--end']
  const uses: [args: string[], says: RegExp][] = [
    [['vidoes'], /unknown command 'vidoes'.*Did you mean videos\?/],
    [['videos', '--stat', 'EDITED'], /unknown option '--stat'.*Did you mean --state\?/],
    [['videos', '--state', 'EDITTED'], /--state.*EDITTED.*EDITED/],
    [['log', '--limit', 'many'], /--limit.*many.*whole number/],
    [['show'], /missing required argument 'id'/],
    [['edit', 'some-id'], /required option '--file <file>' not specified/],
    [['db', 'verfy'], /unknown command "verfy".*verify/],
    [['videos', '--data', ''], /--data <dir>.*empty/],
    [['db', 'move', '--to', ''], /--to <url>.*empty/],
    [['location', 'pause', 'disk'], /required option '--why <text>' not specified/],
    [['location', 'pause', 'disk', '--why', 'x', '--until', 'noon'], /--until <time>.*noon.*UTC time such as/],
    [['location', 'pause', 'disk', '--why', 'x', '--for', '2 hours'], /--for <duration>.*2 hours.*90s, 30m, 2h or 1d/],
    [
      ['location', 'pause', 'disk', '--why', 'x', '--for', '1h', '--until', '2126-01-31T18:00:00Z'],
      /either --until TIME or --for DURATION/,
    ],
    [['serve', '--port', '70000'], /--port.*70000.*0 to 65535/],
    [['serve', '--name', '../me'], /--name.*\.\.\/me/],
    [['serve', '--url', 'ftp://me:hunter2@x'], /^--url: found an address of ftp:; allowed is an address that begins/],
    [['serve', '--no-auth', '--host', '0.0.0.0'], /^--no-auth: .*0\.0\.0\.0.*--open-to-anybody/],
    [['serve', '--open-to-anybody'], /^--open-to-anybody means nothing without --no-auth/],
    [['key', 'add', 'sheet', '--role', 'boss'], /--role.*boss.*editor, artist, operator/],
    [[...backfill, '2026-01-31T17:00:00Z'], /--end: found 2026-01-31T17:00:00Z, which is not after --start/],
    [[...backfill, 'noon'], /--end.*noon.*UTC time such as/],
    [[...backfill, '2026-01-31T19:00:00Z', '--from', 'ftp://x'], /--from: found an address of ftp:/],
    [[...backfill, '2026-01-31T19:00:00Z', '--quality', '../x'], /--quality.*\.\.\/x/],
  ]
  it('is answered by one line that helps', async () => {
    for (const [args, says] of uses) {
      const program = await programFor(args)
      let printed = ''
      for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
        command.configureOutput({
          writeOut: () => assert.fail('it printed to standard output'),
          writeErr: (text) => void (printed += text),
        })
      await assert.rejects(program.parseAsync(args, { from: 'user' }), (error: Failure | CommanderError) => {
        // what commander knows to be wrong it has printed itself
        const said = error.code === exitCodes.invalid ? error.message : printed
        assert.equal(lines(said).length, 1, `${args.join(' ')}: ${said}`)
        assert.match(said, says)
        return true
      })
    }
  })

  it('ends with exit code 2, and nothing on standard output', async () => {
    const outcomes = await each([['vidoes'], ['log', '--limit', 'many'], ['resolve', 'some-id']], (args) =>
      reelstate(args),
    )
    for (const { code, stdout, stderr } of outcomes) {
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.match(stderr, /^reelstate: [^\n]+\n$/)
    }
    assert.match(outcomes[2]?.stderr ?? '', /--uploaded VIDEO_ID or --absent/)
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
