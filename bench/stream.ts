/** The stream that is cut: one encoded stretch of 720p60 at 6 Mbit/s with B-frames, again and again, its timestamps moved on. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { answerOf, ffmpegPath } from '../src/cut/ffmpeg.js'
import { rebase } from '../src/cut/rebase.js'
import { formatSegmentPath } from '../src/segments/path.js'
import { indexSegment } from '../src/cut/fast/segmentIndex.js'

/** A whole number of pictures and of sound frames: 3,840 and 3,000. */
const STRETCH_SECONDS = 64
const SEGMENT_SECONDS = 2
export const T0 = Date.UTC(2026, 0, 1, 12)

/** Writes segments of at least so many minutes below `root`; the encoded stretch is kept for the next time. */
export async function makeSegments(root: string, minutes: number, signal: AbortSignal): Promise<string[]> {
  const parts = await stretch(signal)
  const starts = parts.map((part) => {
    const { pictures, tracks } = indexSegment(part)
    return [...pictures, ...tracks.flatMap(({ units }) => units)].reduce(
      (least, { ptsTicks }) => Math.min(least, ptsTicks),
      Infinity,
    )
  })
  const zero = starts[0] ?? 0
  const startMs = (n: number) => {
    const round = Math.floor(n / parts.length)
    return T0 + Math.round(((starts[n % parts.length] ?? 0) - zero) / 90) + round * STRETCH_SECONDS * 1000
  }
  const paths: string[] = []
  for (let n = 0; startMs(n) < T0 + minutes * 60_000 + 10_000; n++) {
    signal.throwIfAborted()
    const bytes = Buffer.from(parts[n % parts.length] ?? Buffer.alloc(0))
    rebase(bytes, Math.floor(n / parts.length) * STRETCH_SECONDS * 90_000)
    const path = join(
      root,
      formatSegmentPath({
        channel: 'bench',
        quality: 'source',
        startMs: startMs(n),
        durationSeconds: (startMs(n + 1) - startMs(n)) / 1000,
        type: 'full',
        hash: createHash('sha256').update(bytes).digest('base64url'),
      }),
    )
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    paths.push(path)
  }
  return paths
}

async function stretch(signal: AbortSignal): Promise<Buffer[]> {
  const folder = join(tmpdir(), 'reelstate-bench-720p60')
  const isPart = (name: string) => /^part\d+\.ts$/.test(name)
  let names = (await readdir(folder).catch(() => [])).filter(isPart)
  if (names.length === 0) {
    process.stderr.write('encoding the stream, once\n')
    const unfinished = `${folder}.${process.pid}`
    await mkdir(unfinished, { recursive: true })
    const picture = `testsrc2=s=1280x720:r=60:d=${STRETCH_SECONDS},noise=alls=12:allf=t`
    const sound = `sine=440:r=48000:d=${STRETCH_SECONDS}`
    const encoder =
      '-c:v libx264 -preset veryfast -b:v 6M -maxrate 6M -bufsize 6M -g 120 -sc_threshold 0 -bf 3 -pix_fmt yuv420p'
    const segmenter = `-c:a aac -b:a 128k -f segment -segment_time ${SEGMENT_SECONDS - 0.1} -segment_format mpegts`
    const args = ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound]
    args.push(...encoder.split(' '), ...segmenter.split(' '), join(unfinished, 'part%03d.ts'))
    await answerOf(ffmpegPath(), args, { signal, timeoutSeconds: 900 })
    await rename(unfinished, folder)
    names = (await readdir(folder)).filter(isPart)
  }
  return Promise.all(names.sort().map((name) => readFile(join(folder, name))))
}
