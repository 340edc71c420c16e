/** How fast the past is played. */
import { setting } from '../settings/setting.js'

/** Seconds of the past in a second. */
export const speeds = { '1 min/s': 60, '10 min/s': 600, '1 h/s': 3_600, '6 h/s': 21_600 } as const
export type Speed = keyof typeof speeds

export const speed = setting<Speed>('past-speed', ['10 min/s', '1 min/s', '1 h/s', '6 h/s'])

/** So many pictures a second, at the most. */
export const framesPerSecond = 4

/** The next instant that is shown, milliseconds since 1970. The same ones come again each time, so they can be asked for beforehand. */
export const nextFrame = (ms: number, at: Speed): number => ms + (speeds[at] * 1_000) / framesPerSecond
