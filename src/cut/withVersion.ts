import { ffmpegVersion } from './inspectFfmpeg.js'
import type { CutReceipt } from './receipt.js'

let version: Promise<string | undefined> | undefined

/** With the version of the ffmpeg that took part. */
export async function withVersion(receipt: CutReceipt): Promise<CutReceipt> {
  if (receipt.ffmpeg === undefined || receipt.ffmpeg.arguments.length === 0) return receipt
  version ??= ffmpegVersion()
  const told = await version
  return told === undefined ? receipt : { ...receipt, ffmpeg: { ...receipt.ffmpeg, version: told } }
}
