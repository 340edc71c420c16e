/** `reelstate recut`: a published video cut once more, out of the very same segments, and compared with what was published. */
import { Command } from 'commander'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { CutProgress } from '../cut/cut.js'
import { cut } from '../cut/cutting.js'
import type { CutReceipt } from '../cut/receipt.js'
import { compare, type KeptReceipt, planAgain, readReceipt, settingsAgain } from '../cut/recut.js'
import { readBlob } from '../log/blobs.js'
import type { Db } from '../log/database.js'
import { readHistory } from '../log/read.js'
import { paint, table } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { interruption } from './interruption.js'
import { type GlobalOptions, withDatabase } from './opened.js'
import { writeOutput } from './outputFile.js'
import { progressBar } from './progressBar.js'

export const recutCommand = (): Command =>
  new Command('recut')
    .description('Cut a published video again, out of the very same segments, and compare it with what was published.')
    .argument('<id>', 'the video')
    .option('-o, --output <file>', 'keep the new cut there; without it, it is compared only')
    .addHelpText(
      'after',
      '\nExits with 1 if what was copied is not the same. What was encoded may differ with another version of ffmpeg.\n\nExamples:\n  reelstate recut k3f9w2m7qc\n  reelstate recut k3f9w2m7qc -o again.ts --json',
    )
    .action((id: string, _, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { output?: string }>()
      return withDatabase(options, async ({ db, console, configuration }) => {
        const then = await receiptOf(db, id)
        const plan = await planAgain(configuration.segments, then)
        if (isLeft(plan))
          throw new Failure(
            `${plan.left.length} of the segments are not in ${configuration.segments} any more, the first is ${plan.left[0]}`,
          )
        const interrupted = interruption()
        const bar = progressBar(console, 'cutting', 'seconds')
        const onProgress = (progress: CutProgress) => bar.update(progress.doneSeconds, progress.totalSeconds)
        let now: CutReceipt | undefined
        const chunks = async function* () {
          const made = { signal: interrupted.signal, onProgress, temporaryFolder: configuration.temporary }
          now = yield* cut(then.type, plan.right, settingsAgain(then), made)
        }
        try {
          if (options.output === undefined) for await (const chunk of chunks()) void chunk
          else await writeOutput(options.output, chunks())
        } catch (error) {
          if (interrupted.signal.aborted) throw new Failure('interrupted; nothing was written')
          throw error
        } finally {
          bar.stop()
          interrupted.close()
        }
        if (now === undefined) throw new Error('a cut without a receipt')
        const compared = compare(then, now)
        const isSame = (what: string) => compared.some((one) => one.what === what && one.same)
        const same = isSame('copied') && isSame('pictures')
        console.result({ video: id, same, compared }, () =>
          table(
            ['', 'then', 'now', ''],
            compared.map((one) => [one.what, one.then, one.now, one.same ? 'same' : paint('yellow', 'differs')]),
          ),
        )
        if (!same) throw new Failure('the new cut is not the same')
      })
    })

/** Of the last publication. @throws Failure where there is none. */
async function receiptOf(db: Db, id: string): Promise<KeptReceipt> {
  const history = await readHistory(db, id)
  if (history.length === 0) throw new Failure(`there is no video ${id}`, exitCodes.notFound)
  const hash = history
    .flatMap(({ event }) =>
      isRight(event) && event.right.type === 'FinalizeStarted' ? [event.right.data.receipt] : [],
    )
    .at(-1)
  if (hash === undefined || hash === null)
    throw new Failure(`${id} has not been cut to its end: there is nothing to compare with`, exitCodes.notAllowed)
  const blob = await readBlob(db, hash)
  if (blob === null) throw new Failure(`the receipt ${hash} of ${id} is not in the database`)
  const receipt = readReceipt(blob.content.toString('utf8'))
  if (isLeft(receipt)) throw new Failure(`${id}: ${receipt.left}`)
  return receipt.right
}
