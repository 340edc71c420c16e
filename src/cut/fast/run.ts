/** One run of a cut: a stretch of a range whose timestamps are continuous, from its first wanted picture to its last. */
import type { Range } from '../../segments/segment.js'
import { BORDER_TICKS, TICKS_PER_MS, medianOf, stepsIn } from '../continuity.js'
import { CutError } from '../cut.js'
import type { Pace } from '../encoding.js'
import { type End, type FadingPictures, encodeEnd } from './encodeEnd.js'
import type { EncodedPictures, Piece } from './encodePictures.js'
import type { Likeness } from './likeness.js'
import { PICTURE_STREAM_ID } from './packetWriter.js'
import { pesPayload } from './pesPayload.js'
import { type Encoded, type LinePicture, type StartPlan, planEnd, planStart } from './pictures.js'
import type { Reel } from './reel.js'
import { NotCopyable } from './segmentIndex.js'
import type { Insertion, SplicedStream, UnitEdit } from './splice.js'
import type { Stretch, StretchMember } from './stretches.js'
import { withParameterSets } from './withParameterSets.js'

/** Without a key picture for so long, there is nothing to copy from. */
const LONGEST_SEARCH_TICKS = 60 * 90_000
const LONGEST_RUN_TICKS = 24 * 3600 * 90_000
/** Where the source has no clock near its first picture. */
const USUAL_CLOCK_LEAD_TICKS = 9_000

interface RunPicture extends LinePicture {
  readonly at: number
  readonly member: RunMember
  readonly hasParameters: boolean
  passes: boolean
  before: readonly Insertion[]
}

/** One for all: most pictures have nothing put before them. */
const NOTHING: readonly Insertion[] = []

export interface RunMember extends StretchMember {
  readonly pictures: RunPicture[]
  readonly latestTicks: number
}

/** What of a run takes part in a transition: its pictures, and the segments in which its sound is, all on its line. */
export interface Side extends FadingPictures {
  readonly members: readonly RunMember[]
  readonly likeness: Likeness
  /** What brings the line to the reel's clock, where something of the run is on the reel already. */
  readonly offsetTicks: number
}

/** Cuts a stretch out of a reel's source, onto its end. Yields the packets; returns false where no picture of it was wanted. */
export class Run {
  readonly #from: number
  #to: number
  readonly #members: RunMember[] = []
  /** How many of the members have gone out. */
  #gone = 0
  #offset = 0
  /** How long before it is shown a picture that is encoded anew is decoded. */
  #delay = 0
  /** Copied pictures are decoded earlier by this, so that the delay is the same all over the reel. */
  #extra = 0
  /** The last picture that has gone out copied, and the last that was encoded at the start. */
  #shown = -Infinity
  #headTicks = -Infinity
  #stepTicks = 3000
  #ended = false
  #copying = false

  constructor(
    private readonly reel: Reel,
    private readonly stretch: Stretch,
    range: Range,
    /** Called once, when copying begins: time to think of the end. */
    private readonly onCopying: () => void,
  ) {
    const { atTicks, atMs } = stretch.clock
    const ticksAt = (ms: number) => atTicks + (ms - atMs) * TICKS_PER_MS - BORDER_TICKS
    this.#from = ticksAt(range.startMs)
    this.#to = ticksAt(range.endMs)
  }

  async *packets(): AsyncGenerator<Buffer, boolean, undefined> {
    const start = await this.#findStart()
    if (start === undefined) return false
    const copyFrom = await this.#begin(start)
    for (;;) {
      const member = this.#members[this.#gone] ?? (await this.#pull())
      if (member === undefined) break
      if (member.last || member.latestTicks >= this.#to) {
        yield* this.#end(copyFrom)
        return true
      }
      this.#forget()
      if (!this.#copying && member.pictures.some(({ passes }) => passes)) {
        this.#copying = true
        this.onCopying()
      }
      yield* this.#send(member, this.#to + this.#offset)
    }
    throw new Error('a stretch ended without its last segment')
  }

  /** What is shown in so many ticks ahead of the run's own beginning. To be asked for before its packets. */
  head(ticks: number): Promise<Side | undefined> {
    return this.#side(this.#from - ticks, this.#from)
  }

  /** What is shown in so many ticks after the run's own end. To be asked for after its packets. */
  tail(ticks: number): Promise<Side | undefined> {
    return this.#side(this.#to, this.#to + ticks)
  }

  async #side(fromTicks: number, toTicks: number): Promise<Side | undefined> {
    let latest = this.#members.at(-1) ?? (await this.#pull())
    const reached = () =>
      latest === undefined || latest.last || latest.pictures.some(({ dtsTicks }) => dtsTicks >= toTicks)
    while (!reached()) latest = await this.#pull()
    // sound may come a segment later
    if (latest?.last === false) await this.#pull()
    const pictures = this.#pictures()
    const firstKey = pictures.findIndex(({ key }) => key)
    const decodableTicks = Math.max(fromTicks, pictures[firstKey]?.ptsTicks ?? Infinity)
    const wanted = pictures.flatMap(({ ptsTicks }, index) =>
      index >= firstKey && ptsTicks >= decodableTicks && ptsTicks < toTicks ? [index] : [],
    )
    const ticks = wanted.map((index) => pictures[index]?.ptsTicks ?? 0)
    const firstTicks = Math.min(...ticks)
    const from = pictures.findLastIndex(({ key, ptsTicks }) => key && ptsTicks <= firstTicks)
    const decodedFrom = pictures[from]
    if (decodedFrom === undefined) return undefined
    const format = await this.reel.formatOf(decodedFrom.member.loaded)
    return {
      pieces: piecesOf(pictures, from, Math.max(...wanted)),
      firstTicks,
      lastTicks: Math.max(...ticks),
      members: [...this.#members],
      likeness: { format, setId: this.reel.layout.setId, pace: this.#pace() },
      offsetTicks: this.#offset,
    }
  }

  /** Loads until it is known where copying can begin; undefined where no picture is wanted. */
  async #findStart(): Promise<StartPlan | undefined> {
    for (let known = this.#members.at(-1); ; known = undefined) {
      const member = known ?? (await this.#pull())
      if (member === undefined) return undefined
      const pictures = this.#pictures()
      const complete = member.last || member.pictures.some(({ dtsTicks }) => dtsTicks >= this.#to)
      const plan = planStart(pictures, this.#from, this.#to, complete)
      if (plan === 'nothing') return undefined
      if (plan !== undefined) return plan
      const first = pictures.find(({ ptsTicks }) => ptsTicks >= this.#from)?.ptsTicks ?? Infinity
      if (member.latestTicks - first > LONGEST_SEARCH_TICKS)
        throw new NotCopyable(
          `no keyframe that a decoder could begin with for ${LONGEST_SEARCH_TICKS / 90_000} s from segment ${member.loaded.survey.segment.path} on`,
        )
    }
  }

  async #pull(): Promise<RunMember | undefined> {
    const step = await this.stretch.members.next()
    if (step.done === true) return undefined
    const { loaded, liftTicks, untilTicks } = step.value
    this.#to = Math.min(this.#to, untilTicks)
    const pictures: RunPicture[] = []
    const ticks = loaded.survey.pictureTicks
    const member: RunMember = { ...step.value, pictures, latestTicks: (ticks.at(-1) ?? -Infinity) + liftTicks }
    for (const { at, ptsTicks, dtsTicks, key, hasParameters } of loaded.index.pictures)
      pictures.push({
        ptsTicks: ptsTicks + liftTicks,
        dtsTicks: dtsTicks + liftTicks,
        key,
        at,
        member,
        hasParameters,
        passes: true,
        before: NOTHING,
      })
    if (member.latestTicks - this.stretch.clock.atTicks > LONGEST_RUN_TICKS)
      throw new CutError("a range of more than 24 hours can't be cut in one piece")
    this.#members.push(member)
    return member
  }

  #pictures(): RunPicture[] {
    return this.#members.flatMap(({ pictures }) => pictures)
  }

  /** Takes the run's place on the reel, and sees to its first pictures. Returns the first that is copied. */
  async #begin({ copyFrom, encoded, firstTicks }: StartPlan): Promise<RunPicture | undefined> {
    const pictures = this.#pictures()
    const key = copyFrom === undefined ? undefined : pictures[copyFrom]
    const from = key ?? pictures[encoded?.decodeFrom ?? 0]
    const own = from === undefined ? 0 : from.ptsTicks - from.dtsTicks
    this.#extra = Math.max(0, this.reel.layout.delayTicks - own)
    this.#delay = own + this.#extra
    this.#offset = this.reel.begin(firstTicks)
    for (const [index, picture] of pictures.entries())
      picture.passes = copyFrom !== undefined && index >= copyFrom && picture.ptsTicks >= (key?.ptsTicks ?? 0)
    if (encoded !== undefined) {
      const why =
        key === undefined ? 'no keyframe in the range to copy from' : 'from the cut point to the next keyframe'
      await this.#encode(pictures, encoded, why, key)
      this.#headTicks = Math.max(...encoded.indices.map((index) => pictures[index]?.ptsTicks ?? -Infinity))
    }
    return key
  }

  /** Has pictures encoded anew, and puts each where one of them stood; those that come after `ahead` come before it. */
  async #encode(pictures: readonly RunPicture[], { indices, decodeFrom }: Encoded, why: string, ahead?: RunPicture) {
    const places = indices.map((index) => pictures[index]).filter((picture) => picture !== undefined)
    const shown = places.map(({ ptsTicks }) => ptsTicks).sort((a, b) => a - b)
    const from = pictures[decodeFrom]
    if (from === undefined) throw new CutError('pictures that have no keyframe to be decoded from')
    const format = await this.reel.formatOf(from.member.loaded)
    const end: End = {
      pieces: piecesOf(pictures, decodeFrom, Math.max(...indices)),
      ptsTicks: shown,
      likeness: { format, setId: this.reel.layout.setId, pace: this.#pace() },
    }
    const { liftTicks } = from.member
    const within = end.pieces.length === 1
    const foreseen = within
      ? this.reel.foresight.take(
          from.member.survey.segment,
          from.at,
          shown.map((ticks) => ticks - liftTicks),
        )
      : undefined
    const made: EncodedPictures = foreseen ?? this.reel.encode((signal) => encodeEnd(end, signal))
    this.reel.arguments.push(made.args)
    const toLine = foreseen === undefined ? 0 : liftTicks
    const aheadIndex = ahead === undefined ? Infinity : pictures.indexOf(ahead)
    indices.forEach((index, n) => {
      const place = index < aheadIndex ? pictures[index] : ahead
      const ptsTicks = (shown[n] ?? 0) + this.#offset
      const dtsTicks = ptsTicks - this.#delay
      const lead = place?.member.loaded.index.clockLeadTicks ?? USUAL_CLOCK_LEAD_TICKS
      const clockTicks = dtsTicks - lead
      const insertion: Insertion = {
        pid: this.reel.layout.picture.pid,
        streamId: PICTURE_STREAM_ID,
        dtsTicks,
        ...(this.reel.layout.clockPid === this.reel.layout.picture.pid && { clockTicks }),
        randomAccess: n === 0,
        content: async () => {
          const picture = await made.picture(n)
          return { ...picture, ptsTicks: picture.ptsTicks + toLine + this.#offset }
        },
      }
      if (place !== undefined) place.before = [...place.before, insertion]
      this.reel.expect(ptsTicks)
    })
    for (const index of indices) if (pictures[index] !== undefined) pictures[index].passes = false
    this.reel.noteEncoded({ ptsTicks: (shown[0] ?? 0) + this.#offset, pictures: indices.length, why })
  }

  #pace(): Pace {
    const steps = stepsIn(this.#members.map(({ survey }) => survey))
    return { stepTicks: medianOf(steps), shortestStepTicks: steps[0] ?? medianOf(steps) }
  }

  /** The pictures up to the end, and the sound that goes with them, wherever it stands. */
  async *#end(copyFrom: RunPicture | undefined): AsyncGenerator<Buffer, void, undefined> {
    let latest = this.#members.at(-1)
    const reached = () =>
      latest === undefined || latest.last || latest.pictures.some(({ dtsTicks }) => dtsTicks >= this.#to)
    while (!reached()) latest = await this.#pull()
    const pictures = this.#pictures()
    const gone = this.#members.slice(0, this.#gone).reduce((sum, member) => sum + member.pictures.length, 0)
    const next = Math.max(gone, copyFrom === undefined ? pictures.length : pictures.indexOf(copyFrom))
    const dealtWith = pictures.map(({ passes }) => !passes)
    const plan = planEnd(pictures, next, this.#shown, this.#to, (index) => dealtWith[index] === true)
    if (plan === undefined)
      throw new CutError('the end of a range lies among pictures that need one another: cut it with --type full')
    for (let index = plan.copyUntil; index < pictures.length; index++) {
      const picture = pictures[index]
      if (picture !== undefined) picture.passes = false
    }
    this.#stepTicks = this.#pace().stepTicks
    if (plan.encoded !== undefined)
      await this.#encode(pictures, plan.encoded, 'up to the cut point, pictures that need later ones')
    const encodedTicks = plan.encoded?.indices.map((index) => pictures[index]?.ptsTicks ?? -Infinity) ?? []
    const copiedTicks = pictures.flatMap(({ passes, ptsTicks }) => (passes ? [ptsTicks] : []))
    const lastTicks = Math.max(this.#shown, this.#headTicks, ...encodedTicks, ...copiedTicks)
    const endTicks = this.reel.end(lastTicks + this.#offset, this.#stepTicks)
    for (let member = this.#members[this.#gone]; member !== undefined; member = this.#members[this.#gone]) {
      const isLast = this.#gone === this.#members.length - 1
      const more = isLast && !member.last && this.reel.lacksSound(endTicks)
      // no picture of it is wanted any more, but sound may be
      const following = more ? await this.#pull() : undefined
      for (const picture of following?.pictures ?? []) picture.passes = false
      this.#ended = isLast && following === undefined
      yield* this.#send(member, endTicks)
    }
  }

  async *#send(member: RunMember, untilTicks: number): AsyncGenerator<Buffer, void, undefined> {
    this.#gone++
    const { loaded, liftTicks, pictures } = member
    const { index, bytes } = loaded
    const { layout } = this.reel
    const ptsShift = liftTicks + this.#offset
    const dtsShift = ptsShift - this.#extra
    const edits: UnitEdit[] = []
    for (const picture of pictures) {
      if (picture.passes) {
        const ptsTicks = picture.ptsTicks + this.#offset
        this.reel.expect(ptsTicks)
        this.reel.noteCopied()
        this.#shown = Math.max(this.#shown, picture.ptsTicks)
        if (picture.key && !picture.hasParameters) {
          const payload = withParameterSets(
            index.codec,
            pesPayload(bytes, index.picturePid, picture.at),
            layout.parameterSets,
          )
          const dtsTicks = picture.dtsTicks - liftTicks + dtsShift
          const insertion: Insertion = {
            pid: layout.picture.pid,
            streamId: PICTURE_STREAM_ID,
            dtsTicks,
            randomAccess: true,
            content: () => ({ ptsTicks, payload }),
          }
          picture.before = [...picture.before, insertion]
          picture.passes = false
        }
      }
      edits.push({ at: picture.at, before: picture.before, passes: picture.passes, ptsShift, dtsShift })
    }
    const sounds = this.reel.sounds(member, untilTicks)
    const streams: SplicedStream[] = [{ pid: index.picturePid, outPid: layout.picture.pid, edits }, ...sounds]
    const clockPid = index.program.clockPid
    const clock = streams.some(({ pid }) => pid === clockPid) ? undefined : { pid: clockPid, outPid: layout.clockPid }
    const after = this.#ended ? this.reel.silenceUntil(untilTicks) : this.reel.silenceBehind(this.#shown + this.#offset)
    const segment = { bytes, streams, programPids: index.programPids, clock, clockShift: dtsShift, after }
    yield* this.reel.splicer.splice(segment)
    this.reel.progress()
  }

  /** Lets go of segments that no end can need any more: those well before the last key picture that has gone out. */
  #forget(): void {
    const hasKey = ({ pictures }: RunMember, n: number) => n < this.#gone && pictures.some(({ key }) => key)
    // the sound of what comes next may begin in the one before
    const from = this.#members.findLastIndex(hasKey) - 1
    if (from <= 0) return
    this.#members.splice(0, from)
    this.#gone -= from
  }
}

/** The packets from one picture to another, in the order of decoding. */
function piecesOf(pictures: readonly RunPicture[], from: number, to: number): Piece[] {
  const pieces: Piece[] = []
  for (let index = from; index <= to; index++) {
    const picture = pictures[index]
    if (picture === undefined) continue
    const { loaded, liftTicks } = picture.member
    const next = pictures[index + 1]
    const end = next?.member === picture.member ? next.at : loaded.bytes.length
    const open = pieces.at(-1)
    if (open?.loaded === loaded) pieces[pieces.length - 1] = { ...open, to: end }
    else pieces.push({ loaded, from: picture.at, to: end, liftTicks })
  }
  return pieces
}
