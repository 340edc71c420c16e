/** Brings what is missing of some ranges from peers that have it, within bounds that all who use one Fetcher share. */
import { join } from 'node:path'
import { Slots } from '../slots.js'
import { type Arrived, arrive, sweepLeftOvers } from './arrival.js'
import { download, type Patience, usualPatience } from './download.js'
import { lookAround, type Piece, type Plan, type Wanted } from './look.js'
import { Pace } from './pace.js'
import { type Peer, PeerFailure } from './peer.js'
import { Report, type FetchReport } from './report.js'
import { Room } from './room.js'
import { Standing } from './standing.js'

export interface FetchBounds {
  readonly bytesPerSecond: number
  /** Of the disk, for all else. */
  readonly keepFreeBytes: number
  /** What is larger is no segment. */
  readonly segmentBytes: number
  readonly atOnce: number
}

export interface FetchProgress {
  readonly done: number
  readonly total: number
}

export class Fetcher {
  readonly #pace: Pace
  readonly #room: Room
  readonly #slots: Slots
  /** Of their own: a peer that is slow to say what it has must not hold up what others send. */
  readonly #lists: Slots
  readonly #standing = new Standing()
  /** By path, and whether it has come: what two videos lack is brought once. */
  readonly #coming = new Map<string, Promise<boolean>>()

  /** @param root the folder of channels */
  constructor(
    private readonly root: string,
    private readonly bounds: FetchBounds,
    private readonly patience: Patience = usualPatience,
  ) {
    this.#pace = new Pace(bounds.bytesPerSecond)
    this.#room = new Room(bounds.keepFreeBytes)
    this.#slots = new Slots(bounds.atOnce)
    this.#lists = new Slots(bounds.atOnce)
  }

  /** What there is to fetch. Throws where this machine's disk can't be read, and the reason of an aborted signal. */
  look(wanted: Wanted, signal: AbortSignal): Promise<Plan> {
    const { patience } = this
    return lookAround(this.root, wanted, { standing: this.#standing, slots: this.#lists, patience, signal })
  }

  /**
   * Looks and fetches until all is there that can be had, `signal` is aborted, or the disk is at its bound. What has come by then
   * stays. Throws what is none of a peer's, the network's or the disk's business.
   */
  async fetch(
    wanted: Wanted,
    signal: AbortSignal,
    onProgress: (progress: FetchProgress) => void = () => undefined,
  ): Promise<FetchReport> {
    const report = new Report()
    const failing = new AbortController()
    const either = AbortSignal.any([signal, failing.signal])
    try {
      const plan = await this.look(wanted, signal)
      report.asked(plan.asked)
      for (const failure of plan.failures) report.failed(failure)
      const units = [...plan.units]
      const total = units.reduce((sum, { length }) => sum + length, 0)
      let done = 0
      const tell = (): void => onProgress({ done: done++, total })
      tell()
      const folders = new Set(units.flat().map((piece) => this.#folderOf(piece)))
      for (const folder of folders) await sweepLeftOvers(folder, Date.now())
      const runner = async (): Promise<void> => {
        try {
          for (let unit = units.shift(); unit !== undefined; unit = units.shift())
            await this.#bringUnit(unit, report, either, tell)
        } catch (error) {
          // the others would only come upon the same
          failing.abort(error)
          throw error
        }
      }
      const ended = await Promise.allSettled(Array.from({ length: this.bounds.atOnce }, runner))
      for (const one of ended) if (one.status === 'rejected') throw failing.signal.reason
    } catch (error) {
      if (signal.aborted) report.stoppedBy('time')
      else if (error instanceof NoRoom) report.stoppedBy('room')
      else if (error instanceof Error && 'syscall' in error) report.stoppedBy('disk', error.message)
      else throw error
    }
    return report.told()
  }

  /** One segment; or several that are of use only together, so that they get their names once all have come. */
  async #bringUnit(unit: readonly Piece[], report: Report, signal: AbortSignal, tell: () => void): Promise<void> {
    const [piece] = unit
    if (piece !== undefined && unit.length === 1) {
      await this.#bringOnce(piece, report, signal)
      return tell()
    }
    const arrived: Brought[] = []
    try {
      for (const each of unit) {
        const one = await this.#bring(each, report, signal)
        if (one === null) return
        arrived.push(one)
        tell()
      }
      for (let one = arrived.shift(); one !== undefined; one = arrived.shift()) await this.#keep(one, report)
    } finally {
      for (const { file } of arrived) await file.discard()
    }
  }

  /** Whoever has begun it tells where it is from; where nothing has come of that, whoever waits for it tries as well. */
  async #bringOnce(piece: Piece, report: Report, signal: AbortSignal): Promise<void> {
    const path = join(this.#folderOf(piece), piece.name)
    for (let coming = this.#coming.get(path); coming !== undefined; coming = this.#coming.get(path))
      if (await unlessAborted(coming, signal)) return
    const brought = this.#bring(piece, report, signal).then(async (one) => {
      if (one !== null) await this.#keep(one, report)
      return one !== null
    })
    const settled = brought.catch(() => false).finally(() => this.#coming.delete(path))
    this.#coming.set(path, settled)
    await brought
  }

  /** From the first peer that has it as it has to be; null where none has. */
  async #bring(piece: Piece, report: Report, signal: AbortSignal): Promise<Brought | null> {
    const { hour, name, segment } = piece
    const folder = this.#folderOf(piece)
    for (const peer of piece.peers) {
      if (this.#standing.isResting(peer)) continue
      const giveBack = await this.#slots.take(signal)
      let release: (() => void) | null = null
      try {
        release = await this.#room.take(folder, this.bounds.segmentBytes)
        if (release === null) throw new NoRoom()
        const path = ['segments', segment.channel, segment.quality, hour, name]
        const asked = { peer, path, maxBytes: this.bounds.segmentBytes, patience: this.patience }
        const file = await arrive(this.#paced(download(asked, signal), signal), {
          ...{ folder, name, peer },
          hash: segment.hash,
        })
        this.#standing.succeeded(peer)
        return { file, peer }
      } catch (error) {
        if (!(error instanceof PeerFailure)) throw error
        this.#standing.failed(error, 'segment')
        report.failed(error)
      } finally {
        release?.()
        giveBack()
      }
    }
    report.missed()
    return null
  }

  async #keep({ file, peer }: Brought, report: Report): Promise<void> {
    await file.keep()
    report.fetched(peer, file.bytes)
  }

  async *#paced(pieces: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      await this.#pace.take(piece.length, signal)
      yield piece
    }
  }

  #folderOf({ hour, segment: { channel, quality } }: Piece): string {
    return join(this.root, channel, quality, hour)
  }
}

interface Brought {
  readonly file: Arrived
  readonly peer: Peer
}

class NoRoom extends Error {}

async function unlessAborted<A>(promise: Promise<A>, signal: AbortSignal): Promise<A> {
  signal.throwIfAborted()
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', stop))
}
