/**
 * Publishing into a folder. Bytes go to hidden files of the attempt's own, which `finalize` gives their final name in one
 * rename: nothing unfinished is ever under it, and it follows from video and edit, so publishing again replaces. An abort
 * takes the attempt's bytes away by renaming them, too: whichever rename comes first wins, and its result can be seen
 * afterwards.
 */
import { randomUUID } from 'node:crypto'
import { constants, access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import {
  type Backend,
  type Publication,
  type Published,
  type Reference,
  type Session,
  type Shown,
  type Status,
  type UploadError,
  uploadError,
} from '../backend.js'
import { describe, draft, modify, read } from './description.js'
import { bytesAt, emptied, exists, isMissing, passes, reasonOf, renamed, syncFolder, writeError } from './disk.js'
import { identity } from './identity.js'
import type { Layout } from './layout.js'
import { abortedName, draftName, jsonEnding, modifiedBegin, partName, replacedName, unfinishedOf } from './names.js'
import { removeStrays } from './strays.js'
import { Written } from './written.js'

export interface FolderOptions {
  readonly path: string
  /** Put before the publication's name to make the link; without it links are file:// URLs. */
  readonly urlPrefix?: string
  /** Beside what is published there shall be a JSON file that describes it. */
  readonly writeJson?: boolean
}

/** `unfinished` begins the names of the attempt's own files; `folder` is the identity of the folder that it went to. */
const FolderReference = t.strict({ unfinished: t.string, name: t.string, folder: t.string })
type FolderReference = t.TypeOf<typeof FolderReference>

export function folderBackend({ path, urlPrefix, writeJson = false }: FolderOptions, layout: Layout): Backend {
  const pathOf = (name: string): string => join(path, name)
  const linkOf = (name: string): string =>
    urlPrefix === undefined
      ? pathToFileURL(pathOf(name) + layout.linkEnding).href
      : `${urlPrefix}${encodeURIComponent(name)}${layout.linkEnding}`
  /** Of the publication of this name, whose files lie at `place`. */
  const jsonAt = (place: string, name: string): string =>
    layout.several ? join(place, layout.jsonName(name)) : pathOf(layout.jsonName(name))
  const published = (name: string): Published => ({ video_id: name, video_link: linkOf(name) })

  async function reach(reference: Reference): Promise<Either<Status, FolderReference>> {
    const unknown = (why: string) => left<Status>({ _tag: 'unknown', why })
    const decoded = FolderReference.decode(reference)
    if (isLeft(decoded)) return unknown('the reference is not one of a folder')
    const { folder } = decoded.right
    try {
      const here = await identity(path)
      return here === folder ? decoded : unknown(`this node's folder ${path} is ${here}, the upload went to ${folder}`)
    } catch (error) {
      return left(blind(error))
    }
  }

  const blind = (error: unknown): Status => ({
    _tag: 'unknown',
    why: `the folder ${path} cannot be looked into (${reasonOf(error)})`,
    passing: passes(error),
  })

  async function status(reference: Reference, total: number | null): Promise<Status> {
    const reached = await reach(reference)
    return isLeft(reached) ? reached.left : look(reached.right, total).catch(blind)
  }

  async function look({ unfinished, name }: FolderReference, total: number | null): Promise<Status> {
    if (await exists(pathOf(abortedName(unfinished)))) return { _tag: 'aborted' }
    if (await exists(pathOf(partName(unfinished)))) return { _tag: 'incomplete' }
    const bytes = await bytesAt(pathOf(name), jsonEnding)
    // without a total finalizing had not begun: what is there is another attempt's
    if (bytes !== null && bytes === total) return { _tag: 'complete', published: published(name) }
    return {
      _tag: 'gone',
      why: `neither ${partName(unfinished)} nor ${name}${total === null ? '' : ` of ${total} bytes`} is in ${path}`,
    }
  }

  async function update(
    videoId: string,
    shown: Shown,
    destination: string | null,
  ): Promise<Either<UploadError, 'shown' | 'missing'>> {
    try {
      const here = await identity(path)
      // what is not here is not missing there
      if (destination !== null && destination !== here)
        return left(uploadError(`this node's folder ${path} is ${here}, it was published into ${destination}`, false))
      // an operator may have said what it is
      if (!/^[^./\\][^/\\]*$/u.test(videoId) || !(await exists(pathOf(videoId)))) return right('missing')
      const json = jsonAt(pathOf(videoId), videoId)
      const described = await read(json)
      if (described === null)
        return left(uploadError(`${json} is not there, or none of ours: it was published without one`, false))
      await modify(json, described, shown, pathOf(`${modifiedBegin}${randomUUID()}`))
      return right('shown')
    } catch (cause) {
      return left(writeError(path, cause))
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
        await removeStrays(path, video)
        const unfinished = unfinishedOf(video, attempt)
        const part = pathOf(partName(unfinished))
        if (layout.several) await mkdir(part)
        const place = (n: number) => {
          const name = layout.fileName(publication, n)
          return { name, path: layout.several ? join(part, name) : part }
        }
        const written = await Written.open(place, writeJson)
        return right(session(publication, { unfinished, name: layout.nameOf(publication), folder }, written))
      } catch (cause) {
        return left(writeError(path, cause))
      }
    },
    status,
    async abort(reference, total) {
      const before = await status(reference, total)
      if (before._tag !== 'incomplete') return before
      const aborted = reference as FolderReference
      const { unfinished } = aborted
      try {
        await rename(pathOf(partName(unfinished)), pathOf(abortedName(unfinished)))
        await tidy(aborted)
      } catch (error) {
        if (!isMissing(error))
          return {
            _tag: 'unknown',
            why: `what is unfinished could not be taken away (${reasonOf(error)})`,
            passing: passes(error),
          }
      }
      return status(reference, total)
    },
    // without it there is nothing that shows a title
    ...(writeJson && { update }),
    async forget(reference) {
      const reached = await reach(reference)
      if (isLeft(reached)) return
      const { unfinished } = reached.right
      try {
        if (await exists(pathOf(abortedName(unfinished)))) await tidy(reached.right)
        for (const name of [abortedName, replacedName])
          await rm(pathOf(name(unfinished)), { recursive: true, force: true })
      } catch {
        // what is empty, or was replaced, and cannot be removed harms nobody
      }
    },
  }

  /**
   * What is left to be done once the attempt's bytes are away. Whoever ended it may have been killed in between, so it is done again
   * before the proof goes.
   */
  async function tidy(aborted: FolderReference): Promise<void> {
    const { unfinished, name } = aborted
    // the disk gets its room back at once, the name stays as the proof
    await emptied(pathOf(abortedName(unfinished)))
    if (!(await exists(pathOf(name)))) await renamed(pathOf(replacedName(unfinished)), pathOf(name))
    await withdraw(aborted)
    await syncFolder(path)
  }

  /** The JSON of an attempt that publishes nothing any more. */
  async function withdraw({ unfinished, name }: FolderReference): Promise<void> {
    // in this order: whoever still sleeps before the rename finds nothing to rename
    await rm(pathOf(draftName(unfinished)), { force: true })
    const json = jsonAt(pathOf(name), name)
    const described = await read(json)
    if (described && unfinishedOf(described.video, described.attempt) === unfinished) await rm(json, { force: true })
  }

  function session(publication: Publication, reference: FolderReference, written: Written): Session {
    const { unfinished, name } = reference
    const part = pathOf(partName(unfinished))
    const step = async <A>(work: () => Promise<A>): Promise<Either<UploadError, A>> => {
      try {
        return right(await work())
      } catch (cause) {
        return left(writeError(path, cause))
      }
    }
    async function publish(): Promise<Published> {
      const files = await written.end()
      if (writeJson) {
        const content = describe(publication, files, new Date())
        const drafted = layout.several ? jsonAt(part, name) : pathOf(draftName(unfinished))
        await draft(drafted, content)
        if (!layout.several) await rename(drafted, jsonAt(path, name))
      }
      if (layout.several) await syncFolder(part)
      try {
        await layout.publish(part, pathOf(name), pathOf(replacedName(unfinished)))
      } catch (error) {
        if (writeJson) await withdraw(reference)
        throw error
      }
      await syncFolder(path)
      return published(name)
    }
    return {
      reference,
      destination: reference.folder,
      send: (chunk) => step(() => written.write(chunk)),
      ...(layout.several && { nextFile: () => step(() => written.next()) }),
      async finalize(last, total) {
        const sent = await step(() => written.write(last))
        if (isLeft(sent)) return sent
        if (written.total !== total) {
          const found = `${written.total} bytes were written instead of ${total}`
          return left(uploadError(found, false))
        }
        return step(publish)
      },
      close: written.close,
    }
  }
}
