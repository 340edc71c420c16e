/** How things are called in a folder. Hidden names are of an attempt; the final name follows from video and edit. */
import { createHash } from 'node:crypto'

export const partEnding = '.part'
/** Bytes under way. */
export const partName = (unfinished: string): string => `${unfinished}${partEnding}`
/** What an abort makes of them: its proof. */
export const abortedName = (unfinished: string): string => `${unfinished}.aborted`
/** What the publication of an earlier attempt is called while the attempt takes its place. */
export const replacedName = (unfinished: string): string => `${unfinished}.replaced`
/** The JSON file of an attempt before it has its final name. */
export const draftName = (unfinished: string): string => `${unfinished}${jsonEnding}`
export const jsonEnding = '.json'
/** A JSON file that is changed, before it has its final name. */
export const modifiedBegin = '.modified-'
/** Which folder it is; before it is complete, another name that begins so. */
export const markerName = '.reelstate-destination'

/** The same for every attempt at the video, and for no other video. */
export const ofVideo = (video: string): string => `.${createHash('sha256').update(video).digest('hex').slice(0, 16)}.`
/** How the hidden names of an attempt begin. */
export const unfinishedOf = (video: string, attempt: string): string => `${ofVideo(video)}${attempt}`
