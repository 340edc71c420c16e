/** `reelstate thumbnail`: what would be published as a video's thumbnail. */
import { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Draft } from '../../machines/edit.js'
import { makeThumbnail, type Thumbnail } from '../effects/thumbnail.js'
import type { Db } from '../log/database.js'
import { readCurrent } from '../log/read.js'
import { filled } from './arguments.js'
import { exitCodes, Failure, refused } from './failure.js'
import { interruption } from './interruption.js'
import { type GlobalOptions, withDatabase } from './opened.js'
import { writeOutput } from './outputFile.js'

export const thumbnailCommand = (): Command =>
  new Command('thumbnail')
    .description("Make a video's thumbnail from its edit and this machine's segments, just as it would be published.")
    .argument('<id>', 'the video')
    .requiredOption('-o, --output <file>', 'where to; - is standard output', filled)
    .addHelpText(
      'after',
      '\nIt is a PNG, or a JPEG where that would have more than 2 MiB or the edit has one of its own.\n\nExamples:\n  reelstate thumbnail k3f9w2m7qc -o thumbnail.png\n  reelstate thumbnail k3f9w2m7qc -o - | display -',
    )
    .action((id: string, _, command: Command) => {
      const { output, ...options } = command.optsWithGlobals<GlobalOptions & { output: string }>()
      if (output === '-' && options.json)
        throw new Failure('--json and -o - both want standard output', exitCodes.invalid)
      const kind = kindOf(output)
      return withDatabase(options, async ({ db, console, configuration }) => {
        const { bytes, contentType, inputs } = await made(db, configuration.segments, id, await editOf(db, id))
        await writeOutput(output, [bytes])
        if (kind !== null && kind !== contentType)
          console.note(`${output}: it is ${contentType}, whatever its name says`)
        if (output !== '-')
          console.result({ file: output, contentType, bytes: bytes.length, inputs }, () => {
            return `${output}: ${contentType}, ${bytes.length} bytes`
          })
      })
    })

/** What the name says that it is; null for standard output. */
function kindOf(output: string): string | null {
  if (output === '-') return null
  if (/\.png$/i.test(output)) return 'image/png'
  if (/\.jpe?g$/i.test(output)) return 'image/jpeg'
  throw new Failure(
    `--output: found ${JSON.stringify(output)}; allowed is a name that ends in .png, .jpg or .jpeg, or -`,
    exitCodes.invalid,
  )
}

async function editOf(db: Db, id: string): Promise<Draft> {
  const current = await readCurrent(db, id)
  if (isLeft(current)) throw refused(current.left)
  const { snapshot } = current.right
  if (snapshot === null) throw new Failure(`there is no video ${id}`, exitCodes.notFound, { video: id })
  return snapshot.context.edit
}

async function made(db: Db, root: string, id: string, edit: Draft): Promise<Thumbnail> {
  const interrupted = interruption()
  try {
    const thumbnail = await makeThumbnail(db, root, edit, { signal: interrupted.signal })
    if (thumbnail === null)
      throw new Failure(`${id} has no thumbnail: its thumbnail_mode is NONE`, exitCodes.notAllowed, { video: id })
    if (isLeft(thumbnail)) throw new Failure(`${id}: ${thumbnail.left.message}`, exitCodes.failed, { video: id })
    return thumbnail.right
  } catch (error) {
    if (interrupted.signal.aborted) throw new Failure('interrupted; nothing was written')
    throw error
  } finally {
    interrupted.close()
  }
}
