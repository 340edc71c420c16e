/** The end of one range shown together with the beginning of the next: all of it is encoded, picture and sound. */
import { type Crossfade, crossfadeTimes } from '../crossfade.js'
import { type SoundCrossfade, crossfadeSound } from './crossfadeSound.js'
import { encodeCrossfade } from './encodeEnd.js'
import { PICTURE_STREAM_ID } from './packetWriter.js'
import type { Reel } from './reel.js'
import type { Side } from './run.js'
import type { Insertion } from './splice.js'

/** Where neither source has a clock near its pictures. */
const USUAL_CLOCK_LEAD_TICKS = 9_000

/** Puts a transition on a reel, on the end of what is there. `from` is what comes after that in its range. */
export async function* transition(
  reel: Reel,
  from: Side,
  into: Side,
  crossfade: Crossfade,
): AsyncGenerator<Buffer, void, undefined> {
  const startTicks = reel.nextTicks
  const { layout } = reel
  const made = reel.encode((signal) => encodeCrossfade([from, into], crossfade, startTicks, from.likeness, signal))
  reel.arguments.push(made.args)
  reel.beginTransition()
  const times = crossfadeTimes(crossfade, startTicks)
  const pictures = times.map((ptsTicks, n): Insertion => {
    const dtsTicks = ptsTicks - layout.delayTicks
    reel.expect(ptsTicks)
    return {
      pid: layout.picture.pid,
      streamId: PICTURE_STREAM_ID,
      dtsTicks,
      ...(layout.clockPid === layout.picture.pid && { clockTicks: dtsTicks - USUAL_CLOCK_LEAD_TICKS }),
      randomAccess: n === 0,
      content: () => made.picture(n),
    }
  })
  const { kind, pictures: count, stepTicks, ticks } = crossfade
  reel.noteEncoded({ ptsTicks: startTicks, pictures: count, why: `transition ${kind}, picture and sound` })
  const sounds = reel.soundCrossfade(startTicks + ticks, (wanted, signal) => {
    const { track, format, frames, leadTicks, shiftTicks, slackOf } = wanted
    const sound: SoundCrossfade = {
      format,
      frames,
      ticks,
      leadTicks,
      sides: [
        { members: from.members, track, fromTicks: startTicks - shiftTicks },
        { members: into.members, track, fromTicks: into.firstTicks - slackAfter(into, track, startTicks, slackOf) },
      ],
    }
    return crossfadeSound(sound, signal, (args) => reel.arguments.push(args))
  })
  reel.end(times.at(-1) ?? startTicks, stepTicks)
  yield* reel.splicer.put([...pictures, ...sounds])
  reel.progress()
}

/** Sound goes on in whole frames after the transition: in it, it is moved by as much as it will be there. */
function slackAfter(
  { members, firstTicks }: Side,
  track: number,
  startTicks: number,
  slackOf: (atTicks: number) => number,
): number {
  for (const { loaded, liftTicks } of members) {
    const [unit] = loaded.index.tracks[track]?.units ?? []
    if (unit !== undefined) return slackOf(unit.ptsTicks + liftTicks - firstTicks + startTicks)
  }
  return 0
}
