/**
 * Why a video is not moving, in one sentence: made of the chart, its guards and what surrounds it. Pure: what is around the video comes
 * as a plain record.
 */
import { instantMs } from './codecs.js'
import { type Snapshot, stateName, stateOf } from './decide.js'
import { type ByHand, type PossibleRemedy, possibleRemedies } from './remedies.js'
import { metaOf, type StateMeta } from './video.js'
import { whyWaiting } from './whyWaiting.js'
import { after, clock, so, withoutStop } from './whyWords.js'

/** A node of the cluster, as it concerns the video. */
export interface SeenNode {
  readonly name: string
  readonly state: 'running' | 'silent' | 'stopped'
  /** Since its last beat. */
  readonly silentSeconds: number
  /** The video's location. */
  readonly offers: boolean
  /** It takes only videos whose edit names it. */
  readonly onlyNamed: boolean
  /** Of this edit's footage; null where it has not looked. */
  readonly missingSeconds: number | null
  /** Other videos that it has in hand. */
  readonly busyWith: readonly string[]
}

export interface SeenLocation {
  readonly name: string
  /** People upload there themselves. */
  readonly byHand: boolean
  /** Whether videos may be claimed for it: any, one to try, or none. */
  readonly gate: 'open' | 'probe' | 'closed'
  /** As its own chart has it, with the substate. */
  readonly state: string
  readonly reason: string | null
  /** When one video is tried; null where somebody has to resume it. */
  readonly until: string | null
  /** The video that it is tried with. */
  readonly probe: string | null
}

export interface Circumstances {
  readonly snapshot: Snapshot
  /** The database's time, UTC. */
  readonly now: string
  /** null where the video has none yet. */
  readonly location: SeenLocation | null
  readonly nodes: readonly SeenNode[]
  /** How far its cut is. */
  readonly cut: { readonly doneSeconds: number; readonly totalSeconds: number; readonly silentSeconds: number } | null
  /** Videos that wait for the same location and are before it. */
  readonly ahead: number
  /** What keeps readers from seeing the newest events, if anything does. */
  readonly heldUp: string | null
}

/** What it waits for: a word for programs. */
export type Wait =
  | ('editor' | 'link' | 'no node' | 'named node' | 'paused' | 'probing' | 'retry' | 'footage' | 'busy' | 'held up')
  | ('soon' | 'gathering' | 'cutting' | 'silent node' | 'confirming' | 'asking' | 'nobody asks' | 'processing')
  | ('nobody watches' | 'updating' | 'operator' | 'nothing')

export interface Because {
  readonly wait: Wait
  readonly sentence: string
  /** When it may move on by itself, UTC; null where nobody can say. */
  readonly until: string | null
}

export interface Why extends Because {
  readonly state: string
  readonly waitsFor: StateMeta['waitsFor']
  /** What can be done by hand, the likeliest first. */
  readonly remedies: readonly PossibleRemedy[]
}

export function why(around: Circumstances): Why {
  const { snapshot, now } = around
  const remedies = possibleRemedies(snapshot, now).sort((a, b) => rankOf(a.event) - rankOf(b.event))
  const state = stateName(snapshot)
  return { ...because(around, remedies), state, waitsFor: metaOf(state)?.waitsFor ?? null, remedies }
}

const likeliest: readonly ByHand[] = [
  ...(['Retried', 'ResolvedUploaded', 'ResolvedAbsent', 'Edited', 'Modified', 'ModificationDropped'] as const),
  ...(['ManualLinked', 'Reset', 'OrphanAdopted', 'OrphanUnlisted', 'OrphanDismissed', 'DraftSaved'] as const),
]
const rankOf = (event: ByHand): number => {
  const rank = likeliest.indexOf(event)
  return rank < 0 ? likeliest.length : rank
}

function because(around: Circumstances, remedies: readonly PossibleRemedy[]): Because {
  const { snapshot, location } = around
  const { context } = snapshot
  const there = location?.name ?? 'its destination'
  const names = Object.keys(context.edit)
  switch (stateOf(snapshot)) {
    case 'UNEDITED':
      return names.length === 0
        ? so('editor', 'It waits for an editor: nobody has edited it yet.')
        : so('editor', `It waits for an editor: there is an unfinished edit${byWhom(context.editor)}.`)
    case 'EDITED':
      return whyWaiting(around)
    case 'CLAIMED':
      return cutting(around)
    case 'FINALIZING':
      return finalizing(around)
    case 'TRANSCODING':
      return watched(around) ?? so('processing', `${there} has it, and is still processing it.`)
    case 'MODIFIED':
      return updating(around)
    case 'DONE':
      return so('nothing', 'It is published and playable: there is nothing to wait for.')
    default:
      return operator(snapshot, remedies)
  }
}

const byWhom = (editor: string | null): string => (editor === null ? '' : ` of ${editor}`)

function cutting({ snapshot, nodes, cut }: Circumstances): Because {
  const name = snapshot.context.attempt?.node ?? 'a node'
  const lost = lostNode(nodes, name, 'it is given back, to be cut by another one, as soon as others are sure of that')
  if (lost !== null) return lost
  if (stateName(snapshot) === 'CLAIMED.PREPARING' && cut === null)
    return so('gathering', `${name} has taken it: it gathers the segments and opens the upload.`)
  if (cut === null) return so('cutting', `${name} is cutting it and sending it.`)
  const percent = cut.totalSeconds > 0 ? Math.min(100, Math.floor((100 * cut.doneSeconds) / cut.totalSeconds)) : 0
  const silent = cut.silentSeconds >= 30 ? `, but has got no further for ${Math.round(cut.silentSeconds)} s` : ''
  return so('cutting', `${name} is cutting it and sending it, ${percent} %${silent}.`)
}

function lostNode(nodes: readonly SeenNode[], name: string, then: string): Because | null {
  const node = nodes.find((one) => one.name === name)
  if (node === undefined || node.state === 'running') return null
  const gone = node.state === 'stopped' ? 'has stopped' : `has been silent for ${Math.round(node.silentSeconds)} s`
  return so('silent node', `${name}, which has it in hand, ${gone}: ${then}.`)
}

function finalizing(around: Circumstances): Because {
  const { snapshot, nodes, location } = around
  const { attempt, reconcile } = snapshot.context
  const there = location?.name ?? 'the destination'
  if (stateName(snapshot) === 'FINALIZING.COMMITTING') {
    const name = attempt?.node ?? 'a node'
    const lost = lostNode(
      nodes,
      name,
      `another one asks ${there} what became of it, as soon as others are sure of that`,
    )
    return lost ?? so('confirming', `${name} has sent all of it, and waits for ${there} to confirm that.`)
  }
  const asks = reconcile?.node
  if (asks !== undefined)
    return lostNode(nodes, asks, 'another one asks instead') ?? so('asking', `${asks} asks ${there} what became of it.`)
  return nodes.some(({ state, offers }) => state === 'running' && offers)
    ? so('asking', `A node asks ${there} what became of it, since ${attempt?.node ?? 'the one that had it'} is gone.`)
    : so(
        'nobody asks',
        `Nobody can ask ${there} what became of it: no running node offers that location${others(nodes)}.`,
      )
}

/** Who of those that offer the location does not run. */
function others(nodes: readonly SeenNode[]): string {
  const away = nodes.filter(({ offers, state }) => offers && state !== 'running')
  if (away.length === 0) return ''
  const said = away.map(({ name, state }) => `${name} ${state === 'stopped' ? 'has stopped' : 'is silent'}`)
  return ` (${said.join(', ')})`
}

function watched({ nodes, location }: Circumstances): Because | null {
  if (nodes.some(({ state, offers }) => state === 'running' && offers)) return null
  const sentence = `Nobody looks after it: no running node offers ${location?.name ?? 'its location'}${others(nodes)}.`
  return so('nobody watches', sentence)
}

function updating(around: Circumstances): Because {
  const { snapshot, now, location } = around
  const { not_before: until, error } = snapshot.context
  const nobody = watched(around)
  if (nobody !== null) return nobody
  if (until !== null && instantMs(until) > instantMs(now))
    return so('retry', `The change is tried again at ${clock(until, now)}${after(error)}.`, until)
  return so('updating', `A node is about to change what ${location?.name ?? 'the destination'} shows.`)
}

function operator({ context }: Snapshot, remedies: readonly PossibleRemedy[]): Because {
  const can = remedies.slice(0, 3).map(({ command }) => `\`${command}\``)
  const last = can.pop()
  const choice = last === undefined ? '' : `; possible: ${[can.join(', '), last].filter(Boolean).join(' or ')}`
  const because = context.error === null || context.error === '' ? '' : `, since ${withoutStop(context.error)}`
  return so('operator', `It waits for an operator${because}${choice}.`)
}
