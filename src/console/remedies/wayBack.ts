/** Whether the chart takes an event that leads a video back to where it was: asked of the chart, and tried by a dry run. */
import type { Machine } from '../../diagram/json.js'
import type { Row, WhyOf, WouldBe } from '../answers.js'
import { api } from '../api.js'
import { ApiError } from '../asking.js'
import { topOf } from '../machine.js'
import type { WayBack } from './acts.js'
import { orphansOf } from './deeds.js'

/** Of an event that was carried out: which, what it changed, and the version after it. */
interface Past {
  readonly id: string
  readonly event: string
  readonly from: string
  readonly state: string
  readonly version: number
  readonly changes: WouldBe['changes']
}

/** @returns null where nothing leads back, or the video has moved on by itself. */
export async function findWayBack(machine: Machine, past: Past): Promise<WayBack | null> {
  if (topOf(past.from) === topOf(past.state)) return null
  const now = await api.why(past.id)
  if (now.version !== past.version) return null
  for (const { event, forced } of now.remedies.filter(({ event }) => leadsBack(machine, event, past))) {
    const body = bodyBack(event, forced, past, await api.video(past.id))
    const would = body && (await tried(now, event, body))
    if (would && topOf(would.state) === topOf(past.from)) return { event, forced, body, state: would.state }
  }
  return null
}

const leadsBack = ({ transitions }: Machine, event: string, { from, state }: Past): boolean =>
  transitions.some(
    (one) =>
      one.event === event && topOf(one.from) === topOf(state) && one.to !== null && topOf(one.to) === topOf(from),
  )

async function tried({ id, version }: WhyOf, event: string, body: unknown): Promise<WouldBe | null> {
  try {
    return await api.wouldBe(id, event, body, version)
  } catch (error) {
    // what is refused is no way back
    if (error instanceof ApiError) return null
    throw error
  }
}

/** What the way back says; null where only a person can know it. */
function bodyBack(event: string, forced: boolean, { event: done, changes }: Past, row: Row): object | null {
  switch (event) {
    case 'Edited':
      return editOf(row)
    case 'Reset':
      return { force: forced, reason: `takes ${done} back` }
    case 'ModificationDropped':
      return {}
    case 'Modified':
      return changedBack(changes)
    case 'OrphanAdopted': {
      const last = orphansOf(row).at(-1)
      return last === undefined ? null : { orphan: last.id }
    }
    default:
      return null
  }
}

const shown = [
  ...[
    'title_header',
    'description_tail',
    'chapter_markers',
    'video_title',
    'video_description',
    'video_tags',
    'public',
  ],
  ...['thumbnail_mode', 'thumbnail_time', 'thumbnail_template', 'thumbnail_image', 'thumbnail_crop'],
  'thumbnail_location',
]
const cut = [
  ...['upload_location', 'video_ranges', 'video_channel', 'video_quality', 'allow_holes', 'uploader_whitelist'],
]
const mayBeNull = ['thumbnail_time', 'thumbnail_template', 'thumbnail_image', 'thumbnail_crop', 'thumbnail_location']

/** The edit that the video keeps: what is finished again is what it was. */
function editOf(row: Row): object {
  const transitions = row['video_transitions'] as readonly ({ type: string; duration: number } | null)[] | null
  return {
    ...Object.fromEntries(
      [...shown, ...cut].flatMap((name) => (row[name] === null || row[name] === undefined ? [] : [[name, row[name]]])),
    ),
    video_transitions: transitions?.map((one) => one && [one.type, one.duration]) ?? [],
  }
}

function changedBack(changes: WouldBe['changes']): object | null {
  const fields = Object.entries(changes).filter(
    ([name, { from }]) => shown.includes(name) && (from !== null || mayBeNull.includes(name)),
  )
  return fields.length === 0 ? null : Object.fromEntries(fields.map(([name, { from }]) => [name, from]))
}
