import { randomUUID } from 'node:crypto'
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { IngestFailure } from './failure.js'
import type { Feed } from './feed.js'
import { FfmpegFailure, ffmpegLines, fileUrl } from './ffmpeg.js'
import type { MediaFile, MediaStream } from './mediaFile.js'

const SEGMENT_SECONDS = 2
const FOLDER_PREFIX = '.ingest-'
const ABANDONED_MS = 3_600_000

/**
 * A video file as MPEG-TS segments of about 2 s that begin at its keyframes, made by ffmpeg in a hidden folder below
 * `folder`; copied where MPEG-TS can hold the codec. Throws IngestFailure (CannotWrite with
 * ffmpeg's own words, NoFfmpeg).
 */
export async function* mediaFeed(file: MediaFile, folder: string, signal: AbortSignal): Feed {
  const work = join(folder, `${FOLDER_PREFIX}${randomUUID()}`)
  try {
    await removeAbandoned(folder)
    await mkdir(work, { recursive: true })
    for await (const name of ffmpegLines(segmentArguments(file), work, signal)) {
      const path = join(work, name)
      const bytes = await readFile(path)
      await rm(path)
      const origin = `${file.path} (${name})`
      yield { type: 'piece', bytes, origin, dateTimeMs: undefined, discontinuity: false, listedSeconds: undefined }
    }
    yield { type: 'end', goesOn: false }
  } catch (error) {
    if (!signal.aborted) throw asIngestFailure(error, file)
    yield { type: 'end', goesOn: true }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function asIngestFailure(error: unknown, file: MediaFile): unknown {
  if (error instanceof FfmpegFailure && error.notInstalled) return new IngestFailure('NoFfmpeg', error.message)
  const isFiles = error instanceof Error && 'syscall' in error
  if (!isFiles && !(error instanceof FfmpegFailure)) return error
  return new IngestFailure('CannotWrite', `${file.path} can't be segmented: ${error.message}`, { cause: error })
}

function segmentArguments({ path, picture, sound }: MediaFile): string[] {
  const streams: string[] = []
  if (picture !== undefined) streams.push(...mapped(picture))
  if (sound !== undefined) streams.push(...mapped(sound))
  return [
    ...['-i', fileUrl(path)],
    ...streams,
    ...(picture?.reencode === true ? pictureEncoder() : ['-c:v', 'copy']),
    ...(sound?.reencode === true ? ['-c:a', 'aac', '-b:a', '192k'] : ['-c:a', 'copy']),
    ...['-f', 'segment', '-segment_format', 'mpegts', '-segment_time', String(SEGMENT_SECONDS)],
    // a list that ends up in a pipe has the name of each segment as soon as it is whole
    ...['-segment_list', 'pipe:1', '-segment_list_type', 'flat', '%08d.ts'],
  ]
}

function mapped(stream: MediaStream): string[] {
  return ['-map', `0:${stream.index}`]
}

function pictureEncoder(): string[] {
  const keyframes = `expr:gte(t,n_forced*${SEGMENT_SECONDS})`
  return ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-pix_fmt', 'yuv420p', '-force_key_frames', keyframes]
}

/** Folders that a killed ingest left behind. A running one changes all the time: names come and go in it. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(FOLDER_PREFIX)) continue
    const path = join(folder, name)
    const modifiedMs = await stat(path)
      .then(({ mtimeMs }) => mtimeMs)
      .catch(() => Infinity)
    if (modifiedMs < Date.now() - ABANDONED_MS) await rm(path, { recursive: true, force: true })
  }
}
