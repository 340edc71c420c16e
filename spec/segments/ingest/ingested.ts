import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type IngestOptions, type IngestSummary, ingest } from '../../../src/segments/ingest/ingest.js'
import type { IngestError } from '../../../src/segments/ingest/failure.js'
import type { BestSequence } from '../../../src/segments/segment.js'
import { listHour, listHours, segmentsFor } from '../../../src/segments/store.js'

export const AT = Date.UTC(2026, 0, 1, 0, 59, 58)

type Wanted = Partial<IngestOptions> & Pick<IngestOptions, 'source' | 'root'>

function options(wanted: Wanted): IngestOptions {
  // a clock that leaps ten seconds whenever it is looked at: live playlists are loaded again at once
  let clockMs = 0
  const now = () => (clockMs += 10_000)
  return { channel: 'c', quality: 'q', signal: new AbortController().signal, now, ...wanted }
}

export async function ingested(wanted: Wanted): Promise<IngestSummary> {
  const result = await ingest(options(wanted))
  return isLeft(result) ? assert.fail(result.left.message) : result.right
}

export async function refusal(wanted: Wanted): Promise<IngestError> {
  const result = await ingest(options(wanted))
  return isLeft(result) ? result.left : assert.fail('it was ingested')
}

/** All that was recorded, and its holes. */
export async function recorded(root: string, { firstStartMs, lastEndMs }: IngestSummary): Promise<BestSequence> {
  return segmentsFor(root, 'c', 'q', { startMs: firstStartMs ?? 0, endMs: lastEndMs ?? 0 })
}

/** How many segments are on the disk, best or not. */
export async function countSegments(root: string): Promise<number> {
  const hours = await listHours(root, 'c', 'q')
  const segments = await Promise.all(hours.map((hour) => listHour(root, 'c', 'q', hour)))
  return segments.flat().length
}

export function contents(paths: readonly string[]): Promise<Buffer[]> {
  return Promise.all(paths.map((path) => readFile(path)))
}
