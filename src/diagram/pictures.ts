/**
 * The pictures of all charts, as pages show them. Laying one out takes a second of the processor, so a build draws them beforehand
 * (`scripts/build.mjs`) and keeps them beside this file; only a checkout that was never built draws them when they are first asked for.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type ChartName, charts } from './graph.js'
import { type Picture, pictureOf } from './picture.js'
import { svgOf } from './svg.js'

export interface Pictures {
  /** Of which charts they are: pictures of other ones are not shown. */
  readonly key: string
  readonly board: Readonly<Record<ChartName, Picture>>
  /** The chart of a video's life with all that it says, as a file. */
  readonly svg: string
}

/** What a build calls the file; it stands beside this one. */
export const picturesFile = 'pictures.json'

const keyOf = (): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.values(charts).map((read) => read())))
    .digest('hex')

/** Takes seconds of the processor, in which nothing else happens. */
export async function drawAll(): Promise<Pictures> {
  const [video, location, node] = [charts.video(), charts.location(), charts.node()]
  return {
    key: keyOf(),
    board: { video: await pictureOf(video), location: await pictureOf(location), node: await pictureOf(node) },
    svg: await svgOf(video),
  }
}

/** What a build has drawn, where it is of these charts; null where there is none. @param file its place. */
export async function drawnBefore(file = new URL(picturesFile, import.meta.url)): Promise<Pictures | null> {
  try {
    const pictures = JSON.parse(await readFile(file, 'utf8')) as Pictures
    return pictures.key === keyOf() ? pictures : null
  } catch {
    // a checkout without a build
    return null
  }
}
