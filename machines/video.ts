/**
 * A video's life. Every state says what it means, whom it waits for and what it makes the service do (its effects, as
 * data: the service carries them out, a replay ignores them). What an event changes beside the state is in `evolve`.
 */
import { assign, setup } from 'xstate'
import { type VideoContext, created } from './context.js'
import type { VideoEvent } from './events.js'
import { evolve } from './evolve.js'
import * as guards from './guards.js'
import type { Source } from './source.js'

/** Raised by hand whenever the same events may lead elsewhere than before; rows folded by another version are folded anew. */
export const CHART_VERSION = 3

export type Colour = 'grey' | 'blue' | 'amber' | 'green' | 'red'
export interface StateMeta {
  readonly colour: Colour
  /** Who has to do something before the video moves on; null where it has arrived. */
  readonly waitsFor: 'editor' | 'node' | 'destination' | 'operator' | null
  /** An error state: a person must look. */
  readonly error?: true
  /** What usually leads into an error state, and what a person does about that before a remedy helps. */
  readonly leadsHere?: readonly (readonly [cause: string, first: string])[]
}
const meta = (colour: Colour, waitsFor: StateMeta['waitsFor']): StateMeta => ({ colour, waitsFor })
const errorMeta = (leadsHere: NonNullable<StateMeta['leadsHere']>): StateMeta => ({
  ...meta('red', 'operator'),
  error: true,
  leadsHere,
})

interface ForVideo {
  readonly video: string
}
interface ForAttempt extends ForVideo {
  readonly attempt: string | null
  readonly node: string | null
}
const forVideo = ({ context }: { context: VideoContext }): ForVideo => ({ video: context.id })
const forAttempt = ({ context }: { context: VideoContext }): ForAttempt => ({
  video: context.id,
  attempt: context.attempt?.id ?? null,
  node: context.attempt?.node ?? null,
})

const effects = {
  offer: { type: 'offer', params: forVideo },
  cutAndUpload: { type: 'cutAndUpload', params: forAttempt },
  cancelUpload: { type: 'cancelUpload', params: forAttempt },
  reconcile: { type: 'reconcile', params: forAttempt },
  watchTranscode: { type: 'watchTranscode', params: forVideo },
  updateVideo: { type: 'updateVideo', params: forVideo },
  announce: { type: 'announce', params: forVideo },
} as const

/** What each effect asks of the service. */
export const effectDescriptions: Record<keyof typeof effects, string> = {
  offer: 'Nodes may claim it.',
  cutAndUpload: 'The node that claimed it cuts the ranges and streams them to the destination.',
  cancelUpload: 'The node stops its cut and aborts its upload session.',
  reconcile: 'A node of the location asks the destination what became of the upload.',
  watchTranscode: "The account's watcher asks the destination until the video is playable.",
  updateVideo: "The account's watcher applies the modification.",
  announce: 'Whoever asked to be told is told.',
}

const { offer, cutAndUpload, cancelUpload, reconcile, watchTranscode, updateVideo, announce } = effects

export const video = setup({
  types: {
    context: {} as VideoContext,
    events: {} as VideoEvent,
    input: {} as { id: string; source: Source; external_id?: string },
    meta: {} as StateMeta,
  },
  guards: { ...guards },
  actions: {
    note: assign(({ context, event }) => evolve(context, event)),
    offer: (_, _asked: ForVideo) => undefined,
    cutAndUpload: (_, _asked: ForAttempt) => undefined,
    cancelUpload: (_, _asked: ForAttempt) => undefined,
    reconcile: (_, _asked: ForAttempt) => undefined,
    watchTranscode: (_, _asked: ForVideo) => undefined,
    updateVideo: (_, _asked: ForVideo) => undefined,
    announce: (_, _asked: ForVideo) => undefined,
  },
}).createMachine({
  id: 'video',
  context: ({ input }) => created(input.id, input.source, input.external_id),
  initial: 'UNEDITED',
  on: {
    SourceChanged: { actions: 'note' },
    OrphanFound: { guard: 'unknownOrphan', actions: 'note' },
    OrphanAborted: { guard: 'leftOpen', actions: 'note' },
    OrphanUnlisted: { guard: 'isOrphan', actions: 'note' },
    OrphanDismissed: { guard: 'isOrphan', actions: 'note' },
  },
  states: {
    UNEDITED: {
      description: 'Waiting for an editor: no edit yet, a draft, or reset.',
      meta: meta('grey', 'editor'),
      on: {
        Edited: { target: 'EDITED', actions: 'note' },
        DraftSaved: { actions: 'note' },
        ManualLinked: { target: 'DONE', actions: 'note' },
        Reset: { actions: 'note' },
        OrphanAdopted: [
          { guard: 'adoptedAndProcessing', target: 'TRANSCODING', actions: 'note' },
          { guard: 'adoptable', target: 'DONE', actions: 'note' },
        ],
      },
    },
    EDITED: {
      description: 'Ready to be cut: the next node that has the footage and offers the location takes it.',
      meta: meta('blue', 'node'),
      entry: offer,
      on: {
        Claimed: { guard: 'claimable', target: 'CLAIMED', actions: 'note' },
        Edited: { target: 'EDITED', reenter: true, actions: 'note' },
        DraftSaved: { target: 'UNEDITED', actions: 'note' },
        ManualLinked: { guard: 'locationIsManual', target: 'DONE', actions: 'note' },
        Failed: { guard: 'nobodyTried', target: 'FAILED', actions: 'note' },
        Warned: { guard: 'saysSomethingNew', actions: 'note' },
        Retried: { guard: 'waitsForTime', target: 'EDITED', reenter: true, actions: 'note' },
        Reset: { target: 'UNEDITED', actions: 'note' },
        OrphanAdopted: [
          { guard: 'adoptedAndProcessing', target: 'TRANSCODING', actions: 'note' },
          { guard: 'adoptable', target: 'DONE', actions: 'note' },
        ],
      },
    },
    CLAIMED: {
      description: 'A node is cutting it and sending it to the destination. Nothing can be published yet.',
      meta: meta('blue', 'node'),
      initial: 'PREPARING',
      states: {
        PREPARING: {
          description: 'The node gathers segments and opens the upload.',
          entry: cutAndUpload,
        },
        STREAMING: { description: 'The cut flows to the destination; the last byte is held back.' },
      },
      on: {
        UploadOpened: { guard: 'holds', target: '.STREAMING', actions: 'note' },
        ThumbnailMade: { guard: 'holds', actions: 'note' },
        FinalizeStarted: { guard: 'holdsAndOpened', target: 'FINALIZING', actions: 'note' },
        Released: [
          { guard: 'holdsButExhausted', target: 'FAILED', actions: 'note' },
          { guard: 'holds', target: 'EDITED', actions: 'note' },
        ],
        Failed: { guard: 'holds', target: 'FAILED', actions: 'note' },
        NodeLost: [
          { guard: 'holdsButExhausted', target: 'FAILED', actions: [cancelUpload, 'note'] },
          { guard: 'holds', target: 'EDITED', actions: [cancelUpload, 'note'] },
        ],
        Reset: { target: 'UNEDITED', actions: [cancelUpload, 'note'] },
        Edited: { target: 'EDITED', actions: [cancelUpload, 'note'] },
        DraftSaved: { target: 'UNEDITED', actions: [cancelUpload, 'note'] },
      },
    },
    FINALIZING: {
      description: 'The last bytes are being committed: from here on the video may exist.',
      meta: meta('amber', 'node'),
      initial: 'COMMITTING',
      states: {
        COMMITTING: {
          description: 'The node waits for the destination to confirm.',
          on: {
            NodeLost: { guard: 'holds', target: 'RECONCILING', actions: 'note' },
          },
        },
        RECONCILING: {
          description: 'The node is gone; another one asks the destination what it has.',
          entry: reconcile,
          on: {
            ReconcileClaimed: { guard: 'unaskedYet', actions: 'note' },
            NodeLost: { guard: 'holds', target: 'RECONCILING', reenter: true, actions: 'note' },
          },
        },
      },
      on: {
        Uploaded: [
          { guard: 'uploadedAndProcessing', target: 'TRANSCODING', actions: 'note' },
          { guard: 'ofThisUpload', target: 'DONE', actions: 'note' },
        ],
        Released: [
          { guard: 'provesButExhausted', target: 'FAILED', actions: 'note' },
          { guard: 'holdsAndProves', target: 'EDITED', actions: 'note' },
        ],
        Failed: { guard: 'holdsAndProves', target: 'FAILED', actions: 'note' },
        FinalizeUnknown: { guard: 'holds', target: 'UNCERTAIN', actions: 'note' },
        Reset: { guard: 'forced', target: 'UNEDITED', actions: [cancelUpload, 'note'] },
      },
    },
    TRANSCODING: {
      description: 'Uploaded; the destination is still processing it.',
      meta: meta('amber', 'destination'),
      entry: watchTranscode,
      on: {
        Processed: [
          { guard: 'playableWithoutThumbnail', target: 'OUT_OF_SYNC', actions: 'note' },
          { guard: 'ofThisPublication', target: 'DONE', actions: 'note' },
        ],
        ThumbnailSet: { guard: 'ofThisPublication', actions: 'note' },
        ThumbnailFailed: { guard: 'ofThisPublication', actions: 'note' },
        Rejected: { guard: 'ofThisPublication', target: 'REJECTED', actions: 'note' },
        Reset: { guard: 'forced', target: 'UNEDITED', actions: 'note' },
      },
    },
    DONE: {
      description: 'Playable.',
      meta: meta('green', null),
      entry: announce,
      on: {
        Modified: { guard: 'hasPublishedId', target: 'MODIFIED', actions: 'note' },
        ThumbnailFailed: { guard: 'ofThisPublication', target: 'OUT_OF_SYNC', actions: 'note' },
        Rejected: { guard: 'ofThisPublication', target: 'REJECTED', actions: 'note' },
        Reset: { guard: 'forced', target: 'UNEDITED', actions: 'note' },
      },
    },
    MODIFIED: {
      description: 'Title, description, tags, privacy or thumbnail changed, to be applied to the published video.',
      meta: meta('amber', 'node'),
      entry: updateVideo,
      on: {
        ThumbnailSet: { guard: 'ofThisPublication', actions: 'note' },
        Updated: { guard: 'ofThisModification', target: 'DONE', actions: 'note' },
        UpdateFailed: [
          { guard: 'triedAgainLater', actions: 'note' },
          { guard: 'ofThisModification', target: 'OUT_OF_SYNC', actions: 'note' },
        ],
        ModificationDropped: { target: 'DONE', actions: 'note' },
        Modified: { target: 'MODIFIED', reenter: true, actions: 'note' },
        Retried: { guard: 'waitsForTime', target: 'MODIFIED', reenter: true, actions: 'note' },
        Rejected: { guard: 'ofThisPublication', target: 'REJECTED', actions: 'note' },
        Reset: { guard: 'forced', target: 'UNEDITED', actions: 'note' },
      },
    },
    FAILED: {
      description: 'It will not succeed until someone changes something; nothing was published.',
      meta: errorMeta([
        ['the last of so many attempts failed, as each did for the reason that the error says', 'see to that reason'],
        ['a segment is damaged', 'edit around it, or name nodes that have it whole in `uploader_whitelist`'],
        ['no running node has any of its footage', 'bring the segments to one (`reelstate ingest`)'],
        ['the destination refuses what the edit or the configuration says', 'correct what the error names'],
        [
          'an earlier attempt, thought to have come to nothing, had published it',
          'look at the orphan that the error names',
        ],
      ]),
      entry: announce,
      on: {
        Edited: { target: 'EDITED', actions: 'note' },
        DraftSaved: { target: 'UNEDITED', actions: 'note' },
        ManualLinked: { target: 'DONE', actions: 'note' },
        Retried: { target: 'EDITED', actions: 'note' },
        Reset: { target: 'UNEDITED', actions: 'note' },
        OrphanAdopted: [
          { guard: 'adoptedAndProcessing', target: 'TRANSCODING', actions: 'note' },
          { guard: 'adoptable', target: 'DONE', actions: 'note' },
        ],
      },
    },
    UNCERTAIN: {
      description: 'Interrupted while finalizing; the destination cannot say whether a video exists.',
      meta: errorMeta([
        [
          'the destination knows nothing of the upload any more',
          'look for the video there; a list may lag by some minutes',
        ],
        [
          'the node that asked has another folder or bucket than the one that uploaded',
          'look where the error says that it went',
        ],
        ['the account, or the keys, were refused when it was asked', 'sign in anew, then look'],
        ['it would not confirm that an unfinished upload was aborted', 'look for the video there'],
      ]),
      entry: announce,
      on: {
        ResolvedUploaded: [
          { guard: 'processing', target: 'TRANSCODING', actions: 'note' },
          { target: 'DONE', actions: 'note' },
        ],
        ResolvedAbsent: { target: 'EDITED', actions: 'note' },
        Reset: { guard: 'forced', target: 'UNEDITED', actions: 'note' },
      },
    },
    REJECTED: {
      description: 'Published, then refused or removed by the destination.',
      meta: errorMeta([
        [
          'the destination refuses it, for its rights, its length or its terms',
          'read there what it wants, and edit accordingly',
        ],
        ['the destination could not process it', 'look at the published file; edit it anew if it is damaged'],
        ['somebody has deleted it there', 'ask whether it is still wanted'],
      ]),
      entry: announce,
      on: {
        Edited: { target: 'EDITED', actions: 'note' },
        Reset: { guard: 'forced', target: 'UNEDITED', actions: 'note' },
      },
    },
    OUT_OF_SYNC: {
      description: 'Published, but a change or the thumbnail could not be applied.',
      meta: errorMeta([
        ['the destination refuses the change', 'correct what the error names'],
        ['the thumbnail can’t be made, or is refused', 'choose another time, template or image'],
        ['what was changed is described nowhere in the folder', 'set `write_json` for what is published from now on'],
      ]),
      entry: announce,
      on: {
        Modified: { guard: 'hasPublishedId', target: 'MODIFIED', actions: 'note' },
        Retried: { guard: 'namesModification', target: 'MODIFIED', actions: 'note' },
        ModificationDropped: { target: 'DONE', actions: 'note' },
        Rejected: { guard: 'ofThisPublication', target: 'REJECTED', actions: 'note' },
        Reset: { guard: 'forced', target: 'UNEDITED', actions: 'note' },
      },
    },
  },
})

/** What the chart says of a state, or of the state of a substate such as `CLAIMED.STREAMING`. */
export const metaOf = (state: string): StateMeta | undefined =>
  Object.entries(video.states).find(([name]) => name === state.split('.')[0])?.[1].meta
