/** `reelstate replay`: a video's life once more, step by step, without any effect. */
import { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { readHistory } from '../log/read.js'
import { type Change, disagreements, replay, type Replayed } from '../log/replay.js'
import { whole } from './arguments.js'
import { paint, paintState } from './console.js'
import { exitCodes, Failure, refused } from './failure.js'
import { type GlobalOptions, withDatabase } from './opened.js'

export const replayCommand = (): Command =>
  new Command('replay')
    .description(
      "Fold a video's events again, without any effect: each state before and after, what changed, which effects were asked for.",
    )
    .argument('<id>', 'the video')
    .option('--at <version>', 'only up to this event', whole)
    .addHelpText(
      'after',
      "\nExits with 1 if the video's row does not agree with its events.\n\nExamples:\n  reelstate replay k3f9w2m7qc\n  reelstate replay k3f9w2m7qc --at 4 --json",
    )
    .action((id: string, _, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { at?: number }>()
      return withDatabase(options, async ({ db, console }) => {
        const newest = (await readHistory(db, id)).at(-1)?.version
        if (newest === undefined) throw new Failure(`there is no video ${id}`, exitCodes.notFound)
        const { at = newest } = options
        if (at > newest)
          throw new Failure(
            `--at: found ${at}; allowed is 1 to ${newest}, the newest event of ${id}`,
            exitCodes.invalid,
          )
        const replayed = await replay(db, id, { upTo: at })
        if (isLeft(replayed)) throw refused(replayed.left)
        const { steps, row } = replayed.right
        const last = steps.at(-1)
        // the row stands for all events, so an earlier instant has none to agree with
        const differs = row && at === newest ? await disagreements(db, row) : null
        const agrees = differs === null ? null : differs.length === 0
        console.result(
          {
            video: id,
            version: last?.version,
            state: last?.after,
            steps: steps.map(stepJson),
            agrees,
            differs: differs ?? [],
            row,
          },
          () => [...steps.map(describe), verdict(last, differs)].join('\n'),
        )
        if (agrees === false)
          throw new Failure(
            `the row of ${id} does not agree with its events: reelstate db rebuild makes it anew from them`,
            exitCodes.failed,
            null,
          )
      })
    })

const stepJson = ({ version, event, before, after, changed, effects }: Replayed) => ({
  version,
  type: event.type,
  at: event.at,
  actor: event.actor,
  node: event.node,
  before,
  after,
  changed,
  effects,
})

function describe({ version, event, before, after, changed, effects }: Replayed): string {
  const by = event.actor ?? event.node
  return [
    `${String(version).padStart(4)}  ${event.at}  ${paint('bold', event.type)}${by ? ` by ${by}` : ''}`,
    `      ${before === null ? 'nothing' : paintState(before)} → ${paintState(after)}`,
    ...changed.map(({ column, from, to }) => `      ${column}: ${short(from)} → ${short(to)}`),
    ...effects.map(({ type, ...asked }) => paint('cyan', `      asks for ${type} ${JSON.stringify(asked)}`)),
  ].join('\n')
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 100 ? `${text.slice(0, 97)}...` : text
}

function verdict(last: Replayed | undefined, differs: readonly Change[] | null): string {
  if (differs === null) return `\nAs of event ${last?.version}: ${paintState(last?.after ?? '')}.`
  if (differs.length === 0) return `\nThe row agrees: ${paintState(last?.after ?? '')} at version ${last?.version}.`
  return [
    '\nThe row does NOT agree:',
    ...differs.map(({ column, from, to }) => `  ${column}: the row has ${short(from)}, the events give ${short(to)}`),
  ].join('\n')
}
