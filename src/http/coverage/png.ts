/** The map of a node's footage of one quality as a PNG. */
import { type MappedHour, type MapSpan, pixelsOf } from '../../segments/coverage/map.js'
import { images } from '../../thumbnail/images.js'

export async function mapPng(hours: readonly MappedHour[], span: MapSpan): Promise<Buffer> {
  const { rgb, width, height } = pixelsOf(hours, span)
  const open = await images()
  return open(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}
