/**
 * The pictures of all charts, as pages show them. Laying one out takes a second of the processor, so a build draws them beforehand
 * (`scripts/build.mjs`) and keeps them beside this file. A checkout takes what its last build has drawn if that is of the same sources; else it
 * draws them when they are first asked for.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type ChartName, charts } from './graph.js'
import { type Picture, pictureOf } from './picture.js'
import { svgOf } from './svg.js'

export interface Pictures {
  /** Of which charts they are: pictures of other ones are not shown. */
  readonly key: string
  /** By which sources of the layout they were drawn. */
  readonly sources: string
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

/** What the sources in `folder` are known by. */
export function stampOf(folder: URL): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.ts')) hash.update(`${name}\n`).update(readFileSync(new URL(name, folder)))
  return hash.digest('hex')
}

/** Takes seconds of the processor, in which nothing else happens. @param sources the stamp of the sources of which this is a build. */
export async function drawAll(sources: string): Promise<Pictures> {
  const [video, location, node] = [charts.video(), charts.location(), charts.node()]
  return {
    ...{ key: keyOf(), sources },
    board: { video: await pictureOf(video), location: await pictureOf(location), node: await pictureOf(node) },
    svg: await svgOf(video),
  }
}

const here = new URL('.', import.meta.url)
const isBuild = import.meta.url.endsWith('.js')
const built = isBuild ? here : new URL('../../dist/src/diagram/', here)

/** What a build has drawn, where it is of these charts; null where there is none. @param file its place. */
export async function drawnBefore(file = new URL(picturesFile, built)): Promise<Pictures | null> {
  try {
    const pictures = JSON.parse(await readFile(file, 'utf8')) as Pictures
    const isSame = pictures.key === keyOf() && (isBuild || pictures.sources === stampOf(here))
    return isSame ? pictures : null
  } catch {
    // never built
    return null
  }
}
