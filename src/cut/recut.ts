/** Cuts again what a receipt tells of, out of the very same segments, and compares. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { isTransitionKind } from '../../machines/transitionKinds.js'
import { parseSegmentPath } from '../segments/path.js'
import type { Segment } from '../segments/segment.js'
import type { CutPlan, Transition } from './cut.js'
import type { CutSettings } from './cutting.js'
import { type ContainerName, containers } from './encoding.js'
import type { CutReceipt } from './receipt.js'

const Segments = t.array(t.type({ name: t.string, hash: t.string }))
const Digested = t.type({ bytes: t.number, crc32: t.string })

/** What of a receipt is needed to do the same again. */
const ReceiptJson = t.intersection([
  t.type({
    type: t.keyof({ fast: null, full: null, rough: null }),
    ranges: t.array(
      t.type({
        start: t.string,
        end: t.string,
        segments: Segments,
        before: Segments,
        after: Segments,
        holes: t.array(t.type({ start: t.string, end: t.string })),
      }),
    ),
    transitions: t.array(t.union([t.null, t.type({ kind: t.string, seconds: t.number })])),
    bytes: t.number,
  }),
  t.partial({
    pictures: t.number,
    copied: Digested,
    made: Digested,
    ffmpeg: t.partial({ version: t.string }),
    settings: t.type({
      container: t.string,
      videoEncoder: t.array(t.string),
      audioEncoder: t.array(t.string),
      keyframeSeconds: t.number,
    }),
  }),
])
export type KeptReceipt = t.TypeOf<typeof ReceiptJson>

/** Reads a receipt that was kept as JSON. Left: why it can't be cut again. */
export function readReceipt(json: string): Either<string, KeptReceipt> {
  const parsed: unknown = JSON.parse(json)
  if ((parsed as { type?: unknown } | null)?.type === 'archive')
    return left('it is an archive: `reelstate cut --type archive` makes another one of the same ranges')
  const decoded = ReceiptJson.decode(parsed)
  return isLeft(decoded) ? left('its receipt is of an older form, which does not name all that was taken') : decoded
}

/** The plan that a receipt tells of. Left: the segments that are not below `root` any more. */
export async function planAgain(root: string, receipt: KeptReceipt): Promise<Either<readonly string[], CutPlan>> {
  const missing: string[] = []
  const found = async (names: KeptReceipt['ranges'][number]['segments']): Promise<Segment[]> => {
    const segments: Segment[] = []
    for (const { name } of names) {
      const parsed = parseSegmentPath(join(root, name))
      const there = await access(join(root, name)).then(
        () => true,
        () => false,
      )
      if (isLeft(parsed) || !there) missing.push(name)
      else segments.push(parsed.right)
    }
    return segments
  }
  const span = ({ start, end }: { start: string; end: string }) => ({
    startMs: Date.parse(start),
    endMs: Date.parse(end),
  })
  const ranges: CutPlan['ranges'][number][] = []
  for (const { segments, before, after, holes, ...range } of receipt.ranges) {
    ranges.push({
      range: span(range),
      segments: await found(segments),
      before: await found(before),
      after: await found(after),
      holes: holes.map(span),
    })
  }
  const transitions = receipt.transitions.map((one): Transition | null =>
    one !== null && isTransitionKind(one.kind) ? { kind: one.kind, seconds: one.seconds } : null,
  )
  return missing.length > 0 ? left(missing) : right({ ranges, transitions })
}

/** How it was encoded, where all of it was. */
export function settingsAgain({ settings }: KeptReceipt): CutSettings {
  if (settings === undefined) return {}
  const { container } = settings
  return { full: { ...settings, container: isContainer(container) ? container : 'mpegts' } }
}

const isContainer = (name: string): name is ContainerName => Object.hasOwn(containers, name)

/** One thing in which two cuts are the same or not. */
export interface Likeness {
  readonly what: string
  readonly then: string
  readonly now: string
  readonly same: boolean
}

/** What was copied has to be the same; what is encoded may differ with another version of ffmpeg. */
export function compare(then: KeptReceipt, now: CutReceipt): Likeness[] {
  const told = (digested: { bytes: number; crc32: string } | undefined) =>
    digested === undefined ? 'none' : `${digested.bytes} bytes, CRC-32 ${digested.crc32}`
  const rows: [string, string, string][] = [
    ['bytes', String(then.bytes), String(now.bytes)],
    ['pictures', String(then.pictures ?? 'none'), String(now.pictures ?? 'none')],
    ['copied', told(then.copied), told(now.copied)],
    ['made anew', told(then.made), told(now.made)],
    ['ffmpeg', then.ffmpeg?.version ?? 'none', now.ffmpeg?.version ?? 'none'],
  ]
  return rows.map(([what, before, after]) => ({ what, then: before, now: after, same: before === after }))
}
