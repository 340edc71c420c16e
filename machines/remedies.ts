/**
 * What a person can do about a video: the command for each event that people cause. `reelstate show` says it, and docs/operations.md
 * is made of it. What is possible in a state, and where it leads, the chart knows.
 */
import { possible, type Snapshot } from './decide.js'
import { event, type events, type EventType } from './events.js'

/** Events that people cause. */
export type ByHand = { [T in EventType]: (typeof events)[T]['by'] extends 'editor' | 'operator' ? T : never }[EventType]

export interface Remedy {
  /** When it is the one to choose. */
  readonly when: string
  /** `ID` is the video's; other words in capitals are what only the person knows. */
  readonly command: string
}

export const remedies: Readonly<Record<ByHand, Remedy>> = {
  DraftSaved: {
    when: 'an unfinished edit shall be kept; nothing is cut before it is finished',
    command: 'reelstate edit ID --draft --file EDIT.json',
  },
  Edited: { when: 'it shall be cut by another edit', command: 'reelstate edit ID --file EDIT.json' },
  ManualLinked: { when: 'somebody has uploaded it by other means', command: 'reelstate link ID URL' },
  Modified: {
    when: 'it shall show another title, description, thumbnail or the like',
    command: 'reelstate modify ID --title TITLE',
  },
  ModificationDropped: { when: 'it may stay as it was last shown', command: 'reelstate modify ID --drop' },
  Reset: { when: 'it shall not be cut for now; its edit is kept as a draft', command: 'reelstate reset ID' },
  Retried: {
    when: 'what was wrong is put right: it is tried at once, and attempts are counted anew',
    command: 'reelstate retry ID',
  },
  ResolvedUploaded: {
    when: 'you have looked at the destination, and it is there',
    command: 'reelstate resolve ID --uploaded VIDEO_ID --link URL',
  },
  ResolvedAbsent: {
    when: 'you have looked at the destination, and it is not there: it is cut and uploaded again',
    command: 'reelstate resolve ID --absent',
  },
  OrphanUnlisted: {
    when: 'an orphan shall be hidden at its destination',
    command: 'reelstate orphans unlist ID ORPHAN',
  },
  OrphanAdopted: {
    when: 'an orphan is what it shall be, instead of what its edit says; it shows what it did until it is modified',
    command: 'reelstate orphans adopt ID ORPHAN',
  },
  OrphanDismissed: {
    when: 'an orphan was deleted by hand, or may stay as it is',
    command: 'reelstate orphans dismiss ID ORPHAN',
  },
}

/** Where a video may exist, only this takes it back. */
const forcedReset: Remedy = {
  when: 'it shall begin anew; what is published, or may be, becomes an orphan to be looked after',
  command: 'reelstate reset ID --force',
}

export const isByHand = (type: string): type is ByHand => Object.hasOwn(remedies, type)

/** @param forced only a reset by force is taken. */
export const remedyOf = (type: ByHand, forced: boolean): Remedy =>
  type === 'Reset' && forced ? forcedReset : remedies[type]

export interface PossibleRemedy extends Remedy {
  readonly event: ByHand
  /** It is taken only by force. */
  readonly forced: boolean
}

/** What can be done by hand about the video now, in its own words. */
export function possibleRemedies(now: Snapshot, at: string): PossibleRemedy[] {
  const envelope = { at, actor: null, node: null, cause: null }
  const forced = !now.can(event('Reset', { force: false, reason: null }, envelope))
  return possible(now, at)
    .filter(isByHand)
    .map((type) => {
      const { when, command } = remedyOf(type, forced)
      return {
        event: type,
        forced: type === 'Reset' && forced,
        when,
        command: command.replace(/\bID\b/, now.context.id),
      }
    })
}
