/** What needs a person wherever the video is, and leaves it there: whoever tells people of error states tells of these, too. */
import type { EventType } from './events.js'

const types = ['Warned', 'OrphanFound'] as const satisfies readonly EventType[]
export type NeedsPerson = (typeof types)[number]

export const needsPerson = (type: string): type is NeedsPerson => (types as readonly string[]).includes(type)
