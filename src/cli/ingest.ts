/** `reelstate ingest`: a stream or a video file becomes segments on this machine's disk. */
import { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { instantMs } from '../../machines/codecs.js'
import type { IngestSummary } from '../segments/ingest/ingest.js'
import { exitCodes, Failure } from './failure.js'
import { interruption } from './interruption.js'
import { type GlobalOptions, openGround } from './opened.js'
import { progressBar } from './progressBar.js'

export const ingestCommand = (): Command =>
  new Command('ingest')
    .description(
      'Make segments of a video file or of an HLS playlist (file or http(s), VOD or live). Running it twice adds nothing.',
    )
    .argument('<source>', 'a video file, or a playlist (.m3u8)')
    .requiredOption('--channel <name>', 'the channel that it becomes')
    .option('--quality <name>', 'the quality that it becomes', 'source')
    .option('--start <time>', 'when it begins, UTC; needed where the playlist has no EXT-X-PROGRAM-DATE-TIME')
    .option('--follow', 'go on with a live playlist until it ends')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate ingest day-1.mp4 --channel main --start 2026-01-31T18:00:00Z\n  reelstate ingest https://example.org/live.m3u8 --channel main --quality 720p --follow',
    )
    .action(async (source: string, _, command: Command) => {
      const options = command.optsWithGlobals<
        GlobalOptions & { channel: string; quality: string; start?: string; follow?: true }
      >()
      const ground = openGround(options)
      // its HTTP client takes long to load, and most commands need none
      const { ingest } = await import('../segments/ingest/ingest.js')
      const startMs = options.start === undefined ? undefined : timeOption('--start', options.start)
      const bar = progressBar(ground.console, 'ingesting', 'seconds')
      const interrupted = interruption()
      try {
        const ingested = await ingest({
          source,
          root: ground.configuration.segments,
          channel: options.channel,
          quality: options.quality,
          follow: options.follow === true,
          signal: interrupted.signal,
          onProgress: ({ done, total }) => bar.update(done, total ?? 0),
          ...(startMs !== undefined && { startMs }),
        })
        bar.stop()
        if (isLeft(ingested))
          throw new Failure(
            ingested.left.message,
            ingested.left._tag === 'StartNeeded' || ingested.left._tag === 'BadName'
              ? exitCodes.invalid
              : exitCodes.failed,
          )
        ground.console.result(summaryJson(ingested.right), () => describe(ingested.right))
      } finally {
        bar.stop()
        interrupted.close()
      }
    })

/** Milliseconds since the epoch of an option's time. @throws Failure naming the option. */
export function timeOption(name: string, text: string): number {
  const ms = instantMs(text)
  if (Number.isNaN(ms))
    throw new Failure(
      `${name}: found ${JSON.stringify(text)}; allowed is a UTC time such as 2026-01-31T18:00:00Z`,
      exitCodes.invalid,
    )
  return ms
}

const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())

const summaryJson = ({ firstStartMs, lastEndMs, ...summary }: IngestSummary) => ({
  ...summary,
  start: iso(firstStartMs),
  end: iso(lastEndMs),
})

function describe(summary: IngestSummary): string {
  const { written, alreadyThere, firstStartMs, lastEndMs, discontinuities, lost, reencoded } = summary
  return [
    `${written} segments written, ${alreadyThere} were there already: ${iso(firstStartMs) ?? 'nothing'} to ${iso(lastEndMs) ?? 'nothing'}`,
    ...(discontinuities > 0 ? [`${discontinuities} times the stream's clock began anew`] : []),
    ...lost.map(({ origin, reason }) => `lost: ${origin} (${reason})`),
    ...(reencoded.length > 0 ? [`encoded anew, since MPEG-TS cannot hold it: ${reencoded.join(', ')}`] : []),
  ].join('\n')
}
