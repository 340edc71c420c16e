/** A cut as the files that are published: one, or several where it is an archive. */
import { archiveCut } from './archive.js'
import { CutError, type CutOptions, type CutPlan, type CutType } from './cut.js'
import { cut, type CutSettings } from './cutting.js'
import type { Cut, CutReceipt } from './receipt.js'

/** Every kind of cut that can be published. */
export type PublishedCutType = CutType | 'archive'

/** The files of a cut, the chunks of each to be taken before the next one is; at the end the receipt of them all. */
export async function* cutFiles(
  type: PublishedCutType,
  plan: CutPlan,
  settings: CutSettings,
  options: CutOptions,
): AsyncGenerator<AsyncGenerator<Buffer, void, undefined>, CutReceipt, undefined> {
  const receipts: CutReceipt[] = []
  async function* noted(chunks: Cut): AsyncGenerator<Buffer, void, undefined> {
    receipts.push(yield* chunks)
  }
  if (type === 'archive') for await (const { chunks } of archiveCut(plan, options)) yield noted(chunks)
  else yield noted(cut(type, plan, settings, options))
  return together(receipts)
}

/** One receipt for all files: sums, and everything that was used, in their order. */
export function together(receipts: readonly CutReceipt[]): CutReceipt {
  const [first, second] = receipts
  if (first === undefined) throw new CutError('nothing was cut')
  if (second === undefined) return first
  const sum = (of: (receipt: CutReceipt) => number | undefined) =>
    receipts.reduce((total, receipt) => total + (of(receipt) ?? 0), 0)
  return {
    type: first.type,
    ranges: receipts.flatMap(({ ranges }) => ranges),
    transitions: receipts.flatMap(({ transitions }) => transitions),
    files: receipts.map(({ bytes, pictures, made }) => ({
      bytes,
      ...(pictures !== undefined && { pictures }),
      ...(made && { made }),
    })),
    bytes: sum(({ bytes }) => bytes),
    seconds: sum(({ seconds }) => seconds),
    pictures: sum(({ pictures }) => pictures),
    copiedPictures: sum(({ copiedPictures }) => copiedPictures),
    ffmpeg: { ...first.ffmpeg, arguments: receipts.flatMap(({ ffmpeg }) => ffmpeg?.arguments ?? []) },
    checks: receipts.flatMap(({ checks }) => checks),
  }
}
