import { TICKS_PER_SECOND } from '../segments/pesHeader.js'
import { VIDEO_START_SECONDS } from './timeline.js'

/** What a full cut is put into. */
export type ContainerName = 'mpegts' | 'mp4' | 'webm'

/** How a full cut encodes: arguments for ffmpeg, as a location's configuration has them. */
export interface FullCutSettings {
  readonly container: ContainerName
  readonly videoEncoder: readonly string[]
  readonly audioEncoder: readonly string[]
  /** A keyframe at least so often. */
  readonly keyframeSeconds: number
}

interface Container {
  readonly extension: string
  /** It can be made while it is taken; else it has to be whole before its first byte is known. */
  readonly streams: boolean
  readonly options: readonly string[]
  readonly videoEncoder: readonly string[]
  readonly audioEncoder: readonly string[]
}

/**
 * `faster`, not `veryfast`: at about three quarters of its speed the pictures differ from the source's by a quarter less
 * (mean difference of small pictures 0.37 against 0.50 levels, a 720p animation at crf 18).
 */
const H264 = ['-c:v', 'libx264', '-preset', 'faster', '-crf', '17', '-pix_fmt', 'yuv420p']
const AAC = ['-c:a', 'aac', '-b:a', '192k']

/** The finished video begins late on our clock: a container that shows where it begins has it at 0. */
const FROM_ZERO = ['-output_ts_offset', String(-VIDEO_START_SECONDS)]

export const containers: Readonly<Record<ContainerName, Container>> = {
  mpegts: {
    extension: 'ts',
    streams: true,
    options: ['-muxdelay', '0', '-muxpreload', '0'],
    videoEncoder: H264,
    audioEncoder: AAC,
  },
  // its index comes first, so that players need not have it all before they begin
  mp4: {
    extension: 'mp4',
    streams: false,
    options: [...FROM_ZERO, '-movflags', '+faststart', '-video_track_timescale', String(TICKS_PER_SECOND)],
    videoEncoder: H264,
    audioEncoder: AAC,
  },
  webm: {
    extension: 'webm',
    streams: true,
    options: FROM_ZERO,
    // for looking at: VP9 is slow
    videoEncoder: [
      '-c:v',
      'libvpx-vp9',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-row-mt',
      '1',
      '-crf',
      '33',
      '-b:v',
      '0',
    ],
    audioEncoder: ['-c:a', 'libopus', '-b:a', '128k'],
  },
}

/** What is said of a full cut, with the defaults of its container for the rest. */
export function fullCutSettings(said: Partial<FullCutSettings> = {}): FullCutSettings {
  const { container = 'mpegts', keyframeSeconds = 2 } = said
  const { videoEncoder, audioEncoder } = containers[container]
  return { container, videoEncoder, audioEncoder, keyframeSeconds, ...said }
}

/** A shortest step of so much of the usual one is jitter. */
const EVEN = 0.75
const HIGHEST_RATE = 240

/** How the pictures of a cut follow one another. */
export interface Pace {
  readonly stepTicks: number
  readonly shortestStepTicks: number
}

/** The output options of a full cut of pictures at this pace. */
export function encoderOptions(settings: FullCutSettings, pace: Pace, withSound: boolean): string[] {
  return [
    // each picture at its own time: neither repeated nor left out to make the rate even, nor moved to a coarser clock
    ...['-fps_mode', 'passthrough', '-enc_time_base', `1:${TICKS_PER_SECOND}`],
    ...settings.videoEncoder,
    ...['-force_key_frames', `expr:gte(t,n_forced*${settings.keyframeSeconds})`],
    ...statedRate(settings.videoEncoder, pace),
    ...(withSound ? settings.audioEncoder : ['-an']),
    ...containers[settings.container].options,
    ...['-sn', '-dn'],
  ]
}

/**
 * With times in ticks of 90 kHz an encoder believes in 90,000 pictures a second: it would choose a level that hardware
 * decoders refuse, and share out a limited bit rate wrongly. So the real rate is told to the encoders that have a way to
 * be told. Where steps are even, headers have it, too; where they vary, 90 kHz is the truth that players expect there.
 */
export function statedRate(videoEncoder: readonly string[], { stepTicks, shortestStepTicks }: Pace): string[] {
  const even = shortestStepTicks >= EVEN * stepTicks
  const ticks = Math.floor(even ? stepTicks : Math.max(shortestStepTicks, TICKS_PER_SECOND / HIGHEST_RATE))
  const encoder = videoEncoder[videoEncoder.findIndex((argument) => /^-(c:v|codec:v|vcodec)/.test(argument)) + 1]
  const known = encoder === 'libx264' || encoder === 'libx265' ? tellingRate[encoder] : undefined
  if (known === undefined) return []
  const has = (option: string) => videoEncoder.some((argument) => argument.startsWith(option))
  return [
    ...(has(known.parameters) ? [] : [known.parameters, `fps=${TICKS_PER_SECOND}/${ticks}`]),
    ...(has('-bsf') || !even
      ? []
      : ['-bsf:v', `${known.filter}=tick_rate=${known.ticksPerPicture * TICKS_PER_SECOND}/${ticks}`]),
  ]
}

/** How an encoder is told the rate, and what writes it into the headers: H.264 counts fields there, two a picture. */
const tellingRate = {
  libx264: { parameters: '-x264-params', filter: 'h264_metadata', ticksPerPicture: 2 },
  libx265: { parameters: '-x265-params', filter: 'hevc_metadata', ticksPerPicture: 1 },
}
