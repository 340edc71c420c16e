/** What the streams of a cut are: found by looking at the beginning of each segment, before anything is made. */
import type { Segment } from '../../segments/segment.js'
import { PACKET_BYTES } from '../../segments/transportStream.js'
import { segmentError } from '../cut.js'
import { type Form, segmentInForm, unreadable } from './loadSegment.js'
import { kindOfUnit, parameterSetsIn, unitsIn } from './nalUnits.js'
import type { WrittenStream } from './packetWriter.js'
import { type PictureShape, describeShape, readSequenceParameters } from './parameterSets.js'
import { pesPayload } from './pesPayload.js'
import { type Unreadable, readBeginnings } from './readSegment.js'
import { Irregular, NotCopyable, type SegmentIndex, indexSegment } from './segmentIndex.js'
import { type SoundFormat, describeSound, sameSound } from './soundFrames.js'

/** The streams of the finished video: those of the first segment that has them. */
export interface Layout {
  readonly picture: WrittenStream
  readonly sounds: readonly (WrittenStream & { readonly format: SoundFormat })[]
  readonly clockPid: number
  readonly mapPid: number
  /** Decoding comes at most so long before showing, at the beginning of any segment. */
  readonly delayTicks: number
  /** The number of the picture's sequence parameter set. */
  readonly setId: number
  /** Parameter sets of the picture, for keyframes that come without. */
  readonly parameterSets: Buffer
  readonly leftOut: readonly string[]
  /** The paths of those segments whose first picture is one that a decoder can begin with. */
  readonly decodable: ReadonlySet<string>
}

/** The tables and the first picture's parameter sets; then far enough for sound, which may come after a large first picture. */
const FIRST_LOOK_BYTES = 16 * PACKET_BYTES
const SECOND_LOOK_BYTES = 2700 * PACKET_BYTES
const AT_ONCE = 64

/** Throws NotCopyable where size or codec change among the segments, or a CutError that names a segment that can't be read. */
export async function layoutOf(segments: readonly Segment[], form: Form, signal: AbortSignal): Promise<Layout> {
  const looks: Look[] = []
  const [first, ...others] = segments
  if (first !== undefined) looks.push(await lookAt(first, form, undefined, signal))
  for (let n = 0; n < others.length; n += AT_ONCE) {
    signal.throwIfAborted()
    const some = others.slice(n, n + AT_ONCE)
    const paths = some.map(({ path }) => path)
    const beginnings = form === 'irregular' ? [] : await readBeginnings(paths, FIRST_LOOK_BYTES)
    // of what is the same as in the first segment, one look is enough
    for (const [at, segment] of some.entries())
      looks.push(await lookAt(segment, form, looks[0], signal, beginnings[at]))
  }
  return agreed(looks)
}

interface Look {
  readonly segment: Segment
  readonly index: SegmentIndex
  readonly shape: PictureShape | undefined
  readonly parameterSets: Buffer
}

async function lookAt(
  segment: Segment,
  form: Form,
  like: Look | undefined,
  signal: AbortSignal,
  beginning?: Buffer | Unreadable,
): Promise<Look> {
  if (form === 'irregular') return look(segment, await segmentInForm(segment, form, signal))
  const first = look(segment, known(segment, beginning ?? (await beginningOf(segment, FIRST_LOOK_BYTES))))
  const told = first.shape !== undefined && first.index.tracks.every(({ format }) => format !== undefined)
  if (told || (like !== undefined && isLike(first, like))) return first
  return look(segment, known(segment, await beginningOf(segment, SECOND_LOOK_BYTES)))
}

async function beginningOf({ path }: Segment, atMost: number): Promise<Buffer | Unreadable | undefined> {
  return (await readBeginnings([path], atMost))[0]
}

function known(segment: Segment, beginning: Buffer | Unreadable | undefined): Buffer {
  if (!Buffer.isBuffer(beginning)) throw unreadable(segment, beginning)
  if (beginning.length === 0) throw segmentError(segment, 'the file is empty')
  return beginning
}

/** The same picture and the same streams: whatever it doesn't tell of its sound will be told when it is read as a whole. */
function isLike(look: Look, other: Look): boolean {
  if (look.shape === undefined || other.shape === undefined) return false
  const streams = ({ index }: Look) => index.tracks.map(({ streamType }) => streamType).join()
  return look.parameterSets.equals(other.parameterSets) && streams(look) === streams(other)
}

function look(segment: Segment, bytes: Buffer): Look {
  try {
    const index = indexSegment(bytes)
    return { segment, index, ...parametersIn(index, bytes) }
  } catch (error) {
    if (error instanceof NotCopyable || error instanceof Irregular)
      throw new NotCopyable(`segment ${segment.path}: ${error.message || 'its pictures are not one to a PES packet'}`)
    throw error instanceof RangeError ? segmentError(segment, error.message, error) : error
  }
}

/** What the first of the pictures that have parameter sets says. */
function parametersIn(index: SegmentIndex, bytes: Buffer): Pick<Look, 'shape' | 'parameterSets'> {
  for (const unit of index.pictures) {
    if (!unit.hasParameters) continue
    const payload = pesPayload(bytes, index.picturePid, unit.at)
    const set = unitsIn(payload).find((one) => kindOfUnit(index.codec, one[0] ?? 0) === 'sequence parameters')
    if (set === undefined) continue
    const shape = readSequenceParameters(index.codec, set)
    return { shape, parameterSets: parameterSetsIn(index.codec, payload) }
  }
  return { shape: undefined, parameterSets: Buffer.alloc(0) }
}

/** The number of the sequence parameter set of a segment; undefined where it has none. */
export function setIdOf(index: SegmentIndex, bytes: Buffer): number | undefined {
  return parametersIn(index, bytes).shape?.setId
}

function agreed(looks: readonly Look[]): Layout {
  const shaped = looks.find(({ shape }) => shape !== undefined)
  const first = shaped ?? looks[0]
  if (first === undefined) throw new NotCopyable('no segment')
  if (shaped?.shape === undefined) throw new NotCopyable('no segment says of what form its pictures are')
  for (const { shape, segment } of looks) {
    if (shape !== undefined && describeShape(shape) !== describeShape(shaped.shape))
      throw new NotCopyable(
        `the picture changes from ${describeShape(shaped.shape)} to ${describeShape(shape)} at segment ${segment.path}`,
      )
  }
  const { program, picturePid, programPids } = first.index
  const own = program.streams.find(({ pid }) => pid === picturePid)
  return {
    picture: { pid: picturePid, streamType: own?.streamType ?? 0, descriptors: own?.descriptors ?? Buffer.alloc(0) },
    sounds: soundsOf(looks, picturePid),
    clockPid: program.clockPid === 0x1fff ? picturePid : program.clockPid,
    mapPid: programPids[0] ?? 0x1000,
    delayTicks: Math.max(0, ...looks.map(({ index }) => delayOf(index))),
    setId: shaped.shape.setId,
    parameterSets: shaped.parameterSets,
    decodable: new Set(looks.flatMap(({ index, segment }) => (index.pictures[0]?.key === true ? [segment.path] : []))),
    leftOut: [...new Set(looks.flatMap(({ index }) => index.leftOut))].sort(),
  }
}

/** How long before it is shown the first picture that a decoder can begin with is decoded. */
function delayOf({ pictures }: SegmentIndex): number {
  const key = pictures.find((picture) => picture.key)
  return key === undefined ? 0 : key.ptsTicks - key.dtsTicks
}

function soundsOf(looks: readonly Look[], picturePid: number): Layout['sounds'] {
  const sounds: Layout['sounds'][number][] = []
  const used = new Set([picturePid])
  for (const { index, segment } of looks) {
    index.tracks.forEach(({ pid, streamType, descriptors, format }, track) => {
      if (format === undefined) return
      const known = sounds[track]
      if (known !== undefined && !sameSound(known.format, format))
        throw new NotCopyable(
          `the sound changes from ${describeSound(known.format)} to ${describeSound(format)} at segment ${segment.path}`,
        )
      if (known !== undefined || track > sounds.length) return
      let own = pid
      while (used.has(own)) own++
      used.add(own)
      sounds.push({ pid: own, streamType, descriptors, format })
    })
  }
  return sounds
}
