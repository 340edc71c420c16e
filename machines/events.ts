/**
 * Everything that can happen to a video: each event's data, its schema number, who may cause it and what it says.
 * `attempt` names the claim that an event belongs to; the chart's guards compare it (a node whose claim is over is refused).
 */
import * as t from 'io-ts'
import { Count, Flag, Instant, NonEmpty, orNull, Sha256, Text } from './codecs.js'
import { Draft, Edit, Modification } from './edit.js'
import { Source, SourceChange } from './source.js'

/** Who causes an event: people in their roles, nodes in their loops, or what feeds the schedule in. */
export type Cause = 'editor' | 'operator' | 'node' | 'schedule'

export interface Definition<C extends t.Mixed, B extends Cause = Cause> {
  readonly by: B
  readonly schema: number
  readonly data: C
  readonly says: string
}
export const define = <B extends Cause, C extends t.Mixed>(
  by: B,
  schema: number,
  says: string,
  data: C,
): Definition<C, B> => ({
  by,
  schema,
  says,
  data,
})

const attempt = NonEmpty
const WarningKind = t.keyof(
  { holes: null, no_node: null, overlap: null, link: null },
  'holes, no_node, overlap or link',
)

export const events = {
  Created: define(
    'schedule',
    1,
    'A moment of the stream was entered; `external_id` is what it is called where it comes from.',
    t.exact(t.intersection([t.type({ source: Source }), t.partial({ external_id: NonEmpty })])),
  ),
  SourceChanged: define(
    'schedule',
    1,
    'The schedule says something else of the moment.',
    t.strict({ source: SourceChange }),
  ),
  DraftSaved: define('editor', 1, 'An unfinished edit was kept.', t.strict({ edit: Draft })),
  Edited: define('editor', 1, 'An editor finished the edit: it may be cut.', t.strict({ edit: Edit })),
  ManualLinked: define(
    'editor',
    1,
    'Somebody uploaded the video by other means and gave the link.',
    t.strict({ video_link: NonEmpty, video_id: orNull(NonEmpty), upload_location: NonEmpty, location_is_manual: Flag }),
  ),
  Claimed: define(
    'node',
    1,
    'A node took the video, to cut and upload it.',
    t.strict({ attempt, attempts_limit: Count, why: orNull(Text) }),
  ),
  UploadOpened: define(
    'node',
    1,
    'The destination opened an upload session; its address is kept apart from the log.',
    t.strict({ attempt, destination: orNull(NonEmpty) }),
  ),
  FinalizeStarted: define(
    'node',
    1,
    'All but the last bytes are sent; from here on a publication may exist.',
    t.strict({ attempt, bytes: Count, receipt: orNull(Sha256) }),
  ),
  Uploaded: define(
    'node',
    1,
    'The destination has the whole video.',
    t.strict({ attempt, video_id: NonEmpty, video_link: NonEmpty, processing: Flag }),
  ),
  Released: define(
    'node',
    1,
    'The node gave the video back. Where finalizing had begun, `proof` says how it knows that nothing was published.',
    t.strict({ attempt, cause: Text, counts: Flag, not_before: orNull(Instant), proof: orNull(NonEmpty) }),
  ),
  Failed: define(
    'node',
    1,
    'It will not succeed until somebody changes something; `attempt` is null where no node could even begin.',
    t.strict({ attempt: orNull(attempt), cause: Text, proof: orNull(NonEmpty) }),
  ),
  FinalizeUnknown: define(
    'node',
    1,
    'Finalizing was interrupted and the destination cannot tell.',
    t.strict({ attempt, cause: Text }),
  ),
  NodeLost: define(
    'node',
    1,
    'The node that held the attempt is gone.',
    t.strict({ attempt, lost: NonEmpty, cause: Text }),
  ),
  ReconcileClaimed: define(
    'node',
    1,
    'A node took it upon itself to ask the destination what became of the attempt.',
    t.strict({ attempt, reconcile: NonEmpty }),
  ),
  ThumbnailMade: define(
    'node',
    1,
    'The picture to be shown for the video was made, before anything was sent.',
    t.strict({ attempt, image: Sha256, inputs: Sha256 }),
  ),
  ThumbnailSet: define(
    'node',
    1,
    'The destination took the picture to be shown for the video.',
    t.strict({ video_id: NonEmpty, image: Sha256, inputs: Sha256 }),
  ),
  Processed: define('node', 1, 'The destination says that the video is playable.', t.strict({ video_id: NonEmpty })),
  Rejected: define(
    'node',
    1,
    'The destination refused or removed the video.',
    t.strict({ video_id: NonEmpty, cause: Text }),
  ),
  ThumbnailFailed: define('node', 1, 'The thumbnail could not be set.', t.strict({ video_id: NonEmpty, cause: Text })),
  Modified: define(
    'editor',
    1,
    'Title, description, tags, privacy or thumbnail of a published video shall change.',
    t.strict({ modification: NonEmpty, edit: Modification }),
  ),
  Updated: define(
    'node',
    1,
    'The destination shows the modification.',
    t.strict({ video_id: NonEmpty, modification: NonEmpty }),
  ),
  UpdateFailed: define(
    'node',
    1,
    'The modification could not be applied; without `not_before` it is not tried again.',
    t.strict({ video_id: NonEmpty, modification: NonEmpty, cause: Text, not_before: orNull(Instant) }),
  ),
  ModificationDropped: define('operator', 1, 'The modification was given up: back to what is published.', t.strict({})),
  Reset: define(
    'operator',
    1,
    'Back to UNEDITED, the edit kept as a draft.',
    t.strict({ force: Flag, reason: orNull(Text) }),
  ),
  Retried: define(
    'operator',
    1,
    'Try again now, counting from the beginning.',
    t.strict({ modification: orNull(NonEmpty) }),
  ),
  ResolvedUploaded: define(
    'operator',
    1,
    'A person looked: the video exists.',
    t.strict({ video_id: NonEmpty, video_link: NonEmpty, processing: Flag }),
  ),
  ResolvedAbsent: define('operator', 1, 'A person looked: there is no video.', t.strict({ reason: orNull(Text) })),
  Warned: define(
    'node',
    1,
    'Something that people should know keeps the video waiting.',
    t.strict({ kind: WarningKind, message: NonEmpty }),
  ),
  OrphanFound: define(
    'node',
    1,
    'A publication came to light that no living attempt stands for.',
    t.strict({ attempt, upload_location: NonEmpty, video_id: NonEmpty, video_link: NonEmpty }),
  ),
  OrphanAborted: define(
    'node',
    1,
    'An upload that was left behind came to nothing; `proof` says how the node knows.',
    t.strict({ attempt, proof: NonEmpty }),
  ),
  OrphanUnlisted: define('operator', 1, 'An orphan was hidden at its destination.', t.strict({ orphan: NonEmpty })),
  OrphanAdopted: define(
    'operator',
    1,
    'An orphan became this video.',
    t.strict({ orphan: NonEmpty, processing: Flag }),
  ),
  OrphanDismissed: define(
    'operator',
    1,
    'An orphan needs no more care.',
    t.strict({ orphan: NonEmpty, reason: orNull(Text) }),
  ),
} as const

export type EventType = keyof typeof events
export type DataOf<T extends EventType> = t.TypeOf<(typeof events)[T]['data']>
export const eventTypes = Object.keys(events) as readonly EventType[]

/** What stands on an event's envelope: when, by whom, on which node, because of what. */
export interface Envelope {
  /** UTC, on the database's clock. */
  readonly at: string
  /** The person (or 'command line') who did it; null for a node of its own accord. */
  readonly actor: string | null
  readonly node: string | null
  /** What made it happen, such as the event that an effect followed. */
  readonly cause: string | null
}

export type EventOf<T extends EventType> = T extends EventType
  ? { readonly type: T; readonly data: DataOf<T> } & Envelope
  : never
export type VideoEvent = EventOf<EventType>

/** An event of `type`: the compiler checks that the data fit it. */
export const event = <T extends EventType>(type: T, data: DataOf<T>, envelope: Envelope): EventOf<T> =>
  ({ type, data, ...envelope }) as EventOf<T>
