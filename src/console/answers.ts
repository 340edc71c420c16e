/** What the node answers, as far as the console looks at it. */
import type { CutReceipt } from '../cut/receipt.js'
import type { Why } from '../../machines/why.js'
import type { ListedVideo, Total } from '../log/list.js'
import type { OfferedLocation } from '../log/nodes.js'
import type { ToldHour } from '../http/coverage/hours.js'
import type { ToldRound } from '../http/coverage/rounds.js'
import type { OpenTransaction } from '../log/heldUp.js'
import type { InHand } from '../log/inHand.js'
import type { SeenNode } from '../log/nodes.js'

export interface About {
  readonly node: string
  readonly version: string
  readonly streamStart: string | null
  /** Some of the videos are made up. */
  readonly isDemo: boolean
}

export interface Health {
  /** Why the node is not well; null while it is. */
  readonly reason: string | null
  readonly warnings: readonly string[]
}

export interface RecordedEvent {
  readonly version: number
  readonly type: string
  readonly schema: number
  readonly state: string
  readonly data: Readonly<Record<string, unknown>>
  readonly actor: string | null
  readonly node: string | null
  readonly cause: string | null
  readonly recordedAt: string
  readonly unreadable: string | null
  /** Where it was asked for. */
  readonly changed?: readonly Change[]
  readonly effects?: readonly Effect[]
}

/** A column of the row that says something else since. */
export interface Change {
  readonly column: string
  readonly from: unknown
  readonly to: unknown
}

/** What an event asked the service to do. */
export interface Effect {
  readonly type: string
}

export type Row = Readonly<Record<string, unknown>>

export interface VideoThen {
  readonly row: Row
  readonly state: string
  readonly effects: readonly Effect[]
  readonly changed: readonly Change[]
}

/** Who the node takes us for. */
export interface Me {
  /** Whoever asks may do everything: nobody signs in. */
  readonly asksNobody: boolean
  readonly readsAreClosed: boolean
  /** Whose ID tokens are good; null: keys alone are. */
  readonly issuer: string | null
  readonly actor: string | null
  readonly roles: readonly string[]
  /** Why what we have sent does not say who we are. */
  readonly why: string | null
}

/** What editors begin with, and what is put around their texts. */
export interface EditingSettings {
  readonly channel: string | null
  readonly title_prefix: string
  readonly description_footer: string
  readonly archive_sheets: readonly string[]
  readonly locations: Readonly<Record<string, OfferedLocation>>
}

export interface Receipt {
  readonly version: number
  readonly at: string
  readonly node: string | null
  readonly attempt: string
  readonly bytes: number
  readonly sha256: string | null
  readonly receipt: CutReceipt | null
}

/** Of a video: why it is not moving, said of this version of it. */
export interface WhyOf extends Why {
  readonly id: string
  readonly version: number
}

/** What a command has done. */
export interface DoneTo {
  readonly id: string
  readonly version: number
  readonly event: string
  readonly state: string
}

export interface Template {
  readonly name: string
  readonly description: string
  readonly attribution: string
}

/** What would come of a command. */
export interface WouldBe extends DoneTo {
  readonly from: string | null
  readonly effects: readonly { readonly type: string }[]
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>
}

export interface VideoPage {
  readonly videos: readonly ListedVideo[]
  /** Where the next page begins; null at the end. */
  readonly next: string | null
  /** Of the first page alone. */
  readonly total: Total | null
}

/** What became, or would become, of one of many. */
export interface BulkRow {
  readonly id: string
  readonly outcome: 'done' | 'would be done' | 'refused'
  readonly version?: number
  readonly state?: string
  readonly from?: string | null
  readonly why?: string
}

/** The last line of an answer about many. */
export interface BulkEnd {
  readonly event: string
  readonly videos: number
  readonly refused: number
  readonly wouldBeDone?: number
  readonly done?: number
  /** Of a dry run: stands for all that it has shown. */
  readonly token?: string
}

export interface BulkAsked {
  readonly ids?: readonly string[]
  readonly filter?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly token?: string
}

export interface ShownNode extends Omit<SeenNode, 'videos'> {
  readonly holds: readonly Omit<InHand, 'node'>[]
}

export interface Fleet {
  readonly nodes: readonly ShownNode[]
  readonly silentAfterSeconds: number
  /** Transactions that hold up all who follow the log. */
  readonly heldUp: readonly (OpenTransaction & { readonly remedy: string })[]
}

export interface Quality {
  readonly channel: string
  readonly quality: string
}

export interface Coverage {
  readonly nodes: readonly ToldRound[]
  readonly coverage: readonly ToldHour[]
  readonly qualities: readonly Quality[]
  readonly next: string | null
}

export type LocationEvent = Pick<RecordedEvent, 'version' | 'type' | 'state' | 'data' | 'actor' | 'node' | 'recordedAt'>
