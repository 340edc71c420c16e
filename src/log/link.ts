/** A video that somebody uploaded by other means: its link makes it DONE. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { VideoContext } from '../../machines/context.js'
import type { FieldProblem } from '../../machines/problems.js'
import { act } from './act.js'
import type { By } from './act.js'
import { invalid, type Outcome } from './commands.js'
import type { Db } from './database.js'
import { offeredLocations } from './nodes.js'
import { readCurrent } from './read.js'

/** Types of locations that no node claims. */
export const manualTypes = ['manual', 'youtube-manual'] as const
export type ManualType = (typeof manualTypes)[number]
export const isManualType = (type: string | undefined): type is ManualType =>
  manualTypes.some((manual) => manual === type)

export interface Link {
  readonly link: string
  /** By default that of the video's edit, where it is a manual one; else the one named `manual`; else the only one that there is. */
  readonly upload_location?: string
}

/** @param link where viewers find the video. Its location decides which links are allowed. */
export async function linkVideo(db: Db, id: string, { link, upload_location }: Link, by: By): Outcome {
  const read = await readCurrent(db, id)
  if (isLeft(read)) return read
  const locations = await manualLocations(db)
  const location = upload_location ?? usualLocation(locations, read.right.snapshot?.context)
  // wubloader's clients name it so, whether or not any node looks after such videos
  const unoffered = upload_location === 'youtube-manual' ? upload_location : undefined
  const type = location === undefined ? undefined : (locations.get(location) ?? unoffered)
  if (location === undefined || type === undefined)
    return invalid([
      {
        field: 'upload_location',
        found: location === undefined ? 'none' : JSON.stringify(location),
        allowed: `a location of the type ${manualTypes.join(' or ')}: ${[...locations.keys()].join(', ')}`,
      },
    ])
  const checked = checkLink(type, link)
  if ('problem' in checked) return invalid([checked.problem])
  const { video_id } = checked
  return act(db, id, {
    type: 'ManualLinked',
    data: () => ({ video_link: link, video_id, upload_location: location, location_is_manual: true }),
    by,
  })
}

/** By name. One named `manual` is there unless a node says that this name is something else. */
async function manualLocations(db: Db): Promise<ReadonlyMap<string, ManualType>> {
  const offered = { manual: { type: 'manual' }, ...(await offeredLocations(db)) }
  return new Map(
    Object.entries(offered).flatMap(([name, { type }]) => (isManualType(type) ? [[name, type] as const] : [])),
  )
}

function usualLocation(
  locations: ReadonlyMap<string, ManualType>,
  context: VideoContext | undefined,
): string | undefined {
  const edited = context?.edit.upload_location
  if (edited !== undefined && locations.has(edited)) return edited
  if (locations.has('manual')) return 'manual'
  return locations.size === 1 ? [...locations.keys()][0] : undefined
}

const youtubeLink = /^https?:\/\/(?:youtu\.be\/|(?:www\.)?youtube\.com\/watch\?v=)([\w-]{11})$/

/** The id that the link has at a destination which we know. */
export function checkLink(
  type: ManualType,
  link: string,
): { readonly video_id: string | null } | { readonly problem: FieldProblem } {
  const wrong = (allowed: string) => ({ problem: { field: 'link', found: JSON.stringify(link), allowed } })
  if (type === 'youtube-manual') {
    const video_id = youtubeLink.exec(link)?.[1]
    return video_id === undefined
      ? wrong(
          'https://youtu.be/ID or https://youtube.com/watch?v=ID, the ID of 11 letters, digits, - and _; nothing after it',
        )
      : { video_id }
  }
  const url = URL.canParse(link) && !/[\s\p{Cc}\p{Cs}]/u.test(link) ? new URL(link) : null
  return url !== null && ['http:', 'https:'].includes(url.protocol)
    ? { video_id: null }
    : wrong('a link that begins with http:// or https://')
}
