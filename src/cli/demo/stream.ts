/** The stream of the demo: one that is asked for, or a synthetic one with a running clock and a sound that changes every second. */
import { createHash } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { answerOf, ffmpegPath } from '../../cut/ffmpeg.js'
import { segmentsFor } from '../../segments/store.js'
import { Failure } from '../failure.js'
import { type Footage, footageOf } from './ranges.js'

export interface DemoStream extends Footage {
  readonly channel: string
  readonly quality: string
  readonly firstMs: number
  readonly segments: number
}

export const syntheticSeconds = 120
const quality = 'source'
/** Where the source does not say when it was. Always the same, so that running the demo again adds no segment. */
const assumedStartMs = Date.UTC(2026, 0, 31, 18)

export async function prepareStream(options: {
  readonly source: string | undefined
  readonly data: string
  readonly root: string
  readonly signal: AbortSignal
  readonly onProgress: (doneSeconds: number, totalSeconds: number) => void
  readonly note: (line: string) => void
}): Promise<DemoStream> {
  const { root, signal, onProgress, note } = options
  const source = options.source ?? (await synthesize(options.data, note, signal))
  const channel = options.source === undefined ? 'demo' : channelOf(source)
  const { ingest } = await import('../../segments/ingest/ingest.js')
  const ingested = await ingest({
    source,
    root,
    channel,
    quality,
    startMs: assumedStartMs,
    signal,
    onProgress: ({ done, total }) => onProgress(done, total ?? 0),
  })
  if (isLeft(ingested)) throw new Failure(ingested.left.message)
  const { firstStartMs, lastEndMs, written, alreadyThere, lost } = ingested.right
  if (firstStartMs === undefined || lastEndMs === undefined) throw new Failure(`there is no footage in ${source}`)
  for (const { origin, reason } of lost) note(`not ingested: ${origin} (${reason})`)
  const sequence = await segmentsFor(root, channel, quality, { startMs: firstStartMs, endMs: lastEndMs })
  return {
    channel,
    quality,
    firstMs: firstStartMs,
    segments: written + alreadyThere,
    ...footageOf(sequence, firstStartMs, lastEndMs),
  }
}

/** Sources of one name from different places are different channels. */
function channelOf(source: string): string {
  const path = /^https?:/.test(source) ? source : resolve(source)
  const name = /^(playlist|index|master|stream)\.m3u8/.test(basename(path))
    ? basename(dirname(path))
    : basename(path).replace(/\.[^.]*$/, '')
  return `${name.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 40)}-${createHash('sha256').update(path).digest('hex').slice(0, 6)}`
}

/** Two minutes of 720p30, made once a data folder. */
async function synthesize(data: string, note: (line: string) => void, signal: AbortSignal): Promise<string> {
  const folder = join(data, 'demo')
  const file = join(folder, 'stream.ts')
  if (await stat(file).catch(() => null)) return file
  note(`making a stream of ${syntheticSeconds} s`)
  await mkdir(folder, { recursive: true })
  const unfinished = join(folder, `.stream-${process.pid}.ts`)
  try {
    await answerOf(
      ffmpegPath(),
      [
        ...['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc=size=1280x720:rate=30', '-f', 'lavfi'],
        // a scale of eight tones, a tone a second, louder and softer twice a second
        ...['-i', 'aevalsrc=0.3*sin(2*PI*t*220*pow(2\\,mod(floor(t)\\,8)/8))*(0.6+0.4*sin(4*PI*t)):sample_rate=48000'],
        ...[
          '-t',
          String(syntheticSeconds),
          '-c:v',
          'libx264',
          '-preset',
          'veryfast',
          '-g',
          '60',
          '-bf',
          '2',
          '-pix_fmt',
          'yuv420p',
          '-c:a',
          'aac',
          '-b:a',
          '128k',
        ],
        ...['-f', 'mpegts', unfinished],
      ],
      { timeoutSeconds: 600, signal },
    )
    await rename(unfinished, file)
  } catch (error) {
    signal.throwIfAborted()
    throw new Failure(`cannot make a stream in ${folder}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await rm(unfinished, { force: true })
  }
  return file
}
