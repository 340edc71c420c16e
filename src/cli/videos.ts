/** `reelstate show`, `why` and `create`. */
import { Command } from 'commander'
import type { PossibleRemedy } from '../../machines/remedies.js'
import type { FilledHole } from '../log/filledHoles.js'
import { paintState } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { listCommand } from './list.js'
import { reachable, type Reached, type ReachOptions, withVideos } from './reach/reached.js'

export const videosCommands = (): Command[] => [listCommand(), showCommand(), whyCommand(), createCommand()]

const showCommand = (): Command =>
  reachable(new Command('show'))
    .description('Show all that is known of a video, and what can be done about it now.')
    .argument('<id>', 'the video')
    .addHelpText('after', '\nExample:\n  reelstate show k3f9w2m7qc')
    .action((id: string, _, command: Command) =>
      withVideos(command.optsWithGlobals<ReachOptions>(), async (videos, console) => {
        const row = await videos.row(id)
        if (!row) throw new Failure(`there is no video ${id}`, exitCodes.notFound)
        // of one whose events cannot be read its row is all that there is
        const why = await videos.why(id).catch(nullIfUnreadable)
        const can = why?.remedies ?? []
        const held = row['state'] === 'EDITED' ? await heldUp(videos, row['upload_location']) : null
        const filled = await videos.filled(id)
        const more = {
          why: why?.sentence ?? null,
          possible: can.map((one) => one.event),
          remedies: can,
          location_paused: held,
          holes_filled: filled,
        }
        console.result({ ...row, ...more }, () =>
          [
            ...(why === null ? [] : [why.sentence, '']),
            ...Object.entries(row)
              .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
              .map(
                ([column, value]) =>
                  `${column.padEnd(20)}${column === 'state' ? paintState(String(value)) : plain(value)}`,
              ),
            ...(held ? [`${'location paused'.padEnd(20)}${describePause(held)}`] : []),
            ...filled.slice(0, 5).map((hole) => `${'hole filled'.padEnd(20)}${describeFilled(hole)}`),
            ...toDo(can),
          ].join('\n'),
        )
      }),
    )

/** What the cut lacks, and who has it now. */
const describeFilled = ({ node, start, end, missingSeconds, since, video }: FilledHole): string =>
  `${start} to ${end} was missing; ${node} has ${missingSeconds > 0 ? `all but ${missingSeconds.toFixed(1)} s` : 'it'} since ${since}: ` +
  `to cut it again, reelstate reset ${video} --force, then submit the edit anew`

/** A line each, the commands below each other. */
function toDo(can: readonly PossibleRemedy[]): string[] {
  const width = Math.max(...can.map(({ command }) => command.length))
  const lines = can.map(({ when, command }) => `${command.padEnd(width)}  where ${when}`)
  return (lines.length === 0 ? ['nothing by hand'] : lines).map(
    (line, n) => `${(n === 0 ? 'possible now' : '').padEnd(20)}${line}`,
  )
}

function nullIfUnreadable(error: unknown): null {
  if (error instanceof Failure) return null
  throw error
}

interface Held {
  readonly state: string
  readonly until: string | null
  readonly reason: string | null
}

/** Why nodes do not take what waits for the location; null where they do. */
async function heldUp(videos: Reached, name: unknown): Promise<Held | null> {
  const found = (await videos.locations()).find((location) => location.name === name)
  if (!found || found.state === 'READY') return null
  const { state, until, reason } = found
  return { state, until, reason }
}

function describePause({ state, until, reason }: Held): string {
  if (state !== 'PAUSED') return `one video is being tried, after: ${reason ?? ''}`
  return `${until === null ? 'until somebody resumes it' : `until ${until}`}: ${reason ?? ''}`
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const createCommand = (): Command =>
  reachable(new Command('create'))
    .description('Enter a moment of the stream, to be edited later.')
    .option('--id <id>', 'the id to give it (default: a new one)')
    .option('--description <text>', 'what happens in it', '')
    .option('--category <text>', 'what kind of moment it is', '')
    .option('--notes <text>', 'notes for the editor', '')
    .option('--event-start <time>', 'when it begins, UTC')
    .option('--event-end <time>', 'when it ends, UTC')
    .option('--tags <tags...>', 'tags')
    .addHelpText(
      'after',
      '\nExample:\n  reelstate create --description "The raffle" --event-start 2026-01-31T18:00:00Z --tags raffle day-1',
    )
    .action((_, command: Command) => {
      const options = command.optsWithGlobals<
        ReachOptions &
          Record<'id' | 'description' | 'category' | 'notes' | 'eventStart' | 'eventEnd', string | undefined> & {
            tags?: string[]
          }
      >()
      return withVideos(options, async (videos, console) => {
        const { description, category, notes, eventStart, eventEnd, tags } = options
        const source = {
          description,
          category,
          notes,
          ...(eventStart && { event_start: eventStart }),
          ...(eventEnd && { event_end: eventEnd }),
          ...(tags && { tags }),
        }
        const { id, version, state } = await videos.create(options.id ?? null, source)
        console.result({ id, version, state }, () => id)
      })
    })

const whyCommand = (): Command =>
  reachable(new Command('why'))
    .description('Say in one sentence why a video is not moving.')
    .argument('<id>', 'the video')
    .addHelpText('after', '\nExamples:\n  reelstate why k3f9w2m7qc\n  reelstate why k3f9w2m7qc --json | jq -r .until')
    .action((id: string, _, command: Command) =>
      withVideos(command.optsWithGlobals<ReachOptions>(), async (videos, console) => {
        const why = await videos.why(id)
        if (why === null) throw new Failure(`there is no video ${id}`, exitCodes.notFound)
        console.result({ id, ...why }, () => why.sentence)
      }),
    )
