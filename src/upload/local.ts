/**
 * Publishing into a folder. Bytes go to a hidden file of the attempt's own, which `finalize` renames: nothing unfinished is
 * ever under its final name, and that name follows from video and edit, so publishing again replaces. An abort takes the
 * attempt's file away by renaming it, too: whichever rename comes first wins, and its result can be seen afterwards.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  constants,
  type FileHandle,
  access,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  link,
} from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import {
  type Backend,
  type Published,
  type Reference,
  type Session,
  type Status,
  type UploadError,
  uploadError,
} from './backend.js'
import { finalName } from './finalName.js'

export interface LocalOptions {
  readonly path: string
  /** Put before the file's name to make the link; without it links are file:// URLs. */
  readonly urlPrefix?: string
}

/** `unfinished` begins the names of the attempt's own files; `folder` is the identity of the folder that it went to. */
const LocalReference = t.strict({ unfinished: t.string, name: t.string, folder: t.string })
type LocalReference = t.TypeOf<typeof LocalReference>

const markerName = '.reelstate-destination'

export function localBackend({ path, urlPrefix }: LocalOptions): Backend {
  const pathOf = (name: string): string => join(path, name)
  const linkOf = (name: string): string =>
    urlPrefix === undefined ? pathToFileURL(pathOf(name)).href : `${urlPrefix}${encodeURIComponent(name)}`
  const published = (name: string): Published => ({ video_id: name, video_link: linkOf(name) })

  async function reach(reference: Reference): Promise<Either<string, LocalReference>> {
    const decoded = LocalReference.decode(reference)
    if (isLeft(decoded)) return left('the reference is not one of a folder')
    const here = await identity(path).catch((error: unknown) => `nothing readable (${reasonOf(error)})`)
    return here === decoded.right.folder
      ? decoded
      : left(`this node's folder ${path} is ${here}, the upload went to ${decoded.right.folder}`)
  }

  async function status(reference: Reference, total: number | null): Promise<Status> {
    const reached = await reach(reference)
    if (isLeft(reached)) return { _tag: 'unknown', why: reached.left }
    return look(reached.right, total).catch((error: unknown) => ({
      _tag: 'unknown',
      why: `the folder ${path} cannot be looked into (${reasonOf(error)})`,
    }))
  }

  async function look({ unfinished, name }: LocalReference, total: number | null): Promise<Status> {
    if (await exists(pathOf(abortedName(unfinished)))) return { _tag: 'aborted' }
    if (await exists(pathOf(partName(unfinished)))) return { _tag: 'incomplete' }
    const size = await sizeOf(pathOf(name))
    if (size !== null && (total === null || size === total)) return { _tag: 'complete', published: published(name) }
    return {
      _tag: 'gone',
      why: `neither ${partName(unfinished)} nor ${name} of ${total ?? 'any number of'} bytes is in ${path}`,
    }
  }

  return {
    processes: false,
    async check() {
      try {
        await mkdir(path, { recursive: true })
        await identity(path)
        await access(path, constants.W_OK | constants.X_OK)
        return right(undefined)
      } catch (cause) {
        return left(uploadError(`the folder ${path} cannot be written to (${reasonOf(cause)})`, true, { cause }))
      }
    },
    async open(publication) {
      try {
        await mkdir(path, { recursive: true })
        const folder = await identity(path)
        const { video, attempt } = publication
        await removeStrays(video)
        const reference = { unfinished: `${unfinishedOf(video)}${attempt}`, name: finalName(publication), folder }
        const file = await open(pathOf(partName(reference.unfinished)), 'wx')
        return right(session(file, reference))
      } catch (cause) {
        return left(writeError(path, cause))
      }
    },
    status,
    async abort(reference, total) {
      const before = await status(reference, total)
      if (before._tag !== 'incomplete') return before
      const unfinished = String(reference['unfinished'])
      try {
        await rename(pathOf(partName(unfinished)), pathOf(abortedName(unfinished)))
        // the disk gets its room back at once, the name stays as the proof
        await truncate(pathOf(abortedName(unfinished)))
        await syncFolder(path)
      } catch (error) {
        if (!isMissing(error))
          return { _tag: 'unknown', why: `the unfinished file could not be taken away (${reasonOf(error)})` }
      }
      return status(reference, total)
    },
    async forget(reference) {
      const reached = await reach(reference)
      if (isLeft(reached)) return
      // an empty file that cannot be removed harms nobody
      await rm(pathOf(abortedName(reached.right.unfinished)), { force: true }).catch(() => undefined)
    },
  }

  /** A node that was killed before the log knew of its session has left an empty file: bytes come only afterwards. */
  async function removeStrays(video: string): Promise<void> {
    for (const name of await readdir(path)) {
      if (!name.startsWith(unfinishedOf(video)) || !name.endsWith(partEnding)) continue
      if ((await sizeOf(pathOf(name))) === 0) await rm(pathOf(name), { force: true })
    }
  }

  function session(file: FileHandle, reference: LocalReference): Session {
    let written = 0
    const write = async (chunk: Buffer): Promise<Either<UploadError, void>> => {
      try {
        for (let offset = 0; offset < chunk.length;) offset += (await file.write(chunk, offset)).bytesWritten
        written += chunk.length
        return right(undefined)
      } catch (cause) {
        return left(writeError(path, cause))
      }
    }
    return {
      reference,
      destination: reference.folder,
      send: write,
      async finalize(last, total) {
        const sent = await write(last)
        if (isLeft(sent)) return sent
        if (written !== total) return left(uploadError(`${written} bytes were written instead of ${total}`, false))
        try {
          await file.sync()
          await rename(pathOf(partName(reference.unfinished)), pathOf(reference.name))
          await syncFolder(path)
          return right(published(reference.name))
        } catch (cause) {
          return left(writeError(path, cause))
        }
      },
      // what matters was synced before it got its name
      close: () => file.close().catch(() => undefined),
    }
  }
}

const partEnding = '.part'
const partName = (unfinished: string): string => `${unfinished}${partEnding}`
const abortedName = (unfinished: string): string => `${unfinished}.aborted`
/** The same for every attempt at the video, and for no other video. */
const unfinishedOf = (video: string): string => `.${createHash('sha256').update(video).digest('hex').slice(0, 16)}.`

/** Who the folder is: a marker file made once, so that two nodes' folders of one name are told apart. */
async function identity(path: string): Promise<string> {
  const marker = join(path, markerName)
  const known = await readFile(marker, 'utf8').catch((error: unknown) =>
    isMissing(error) ? null : Promise.reject(error as Error),
  )
  if (known !== null) return known.trim()
  // complete before it has its name, and never instead of another's: a hard link fails where the name is taken
  const draft = `${marker}.${randomUUID()}`
  const file = await open(draft, 'wx')
  await file.writeFile(`${randomUUID()}\n`)
  await file.sync()
  await file.close()
  await link(draft, marker).catch((error: unknown) =>
    codeOf(error) === 'EEXIST' ? undefined : Promise.reject(error as Error),
  )
  await rm(draft, { force: true })
  await syncFolder(path)
  return (await readFile(marker, 'utf8')).trim()
}

/** A rename outlasts a power cut only once the folder itself is on the disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code
const reasonOf = (error: unknown): string => codeOf(error) ?? String(error)
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'
const exists = async (path: string): Promise<boolean> => (await sizeOf(path)) !== null
const sizeOf = async (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    (error: unknown) => (isMissing(error) ? null : Promise.reject(error as Error)),
  )

function writeError(path: string, cause: unknown): UploadError {
  const code = codeOf(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return uploadError(`the disk of ${path} is full (${code}): make room there`, true, { cause })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return uploadError(
      `the folder ${path} cannot be written to (${code}): give the service's user the right to write there`,
      true,
      { cause },
    )
  if (code === 'ENOENT')
    return uploadError(`the unfinished file in ${path} is gone: the upload was ended elsewhere`, true, { cause })
  return uploadError(`writing into ${path} failed (${reasonOf(cause)})`, true, { cause })
}
