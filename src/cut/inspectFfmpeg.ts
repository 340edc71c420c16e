import { answerOf, ffmpegPath, ffprobePath } from './ffmpeg.js'

/** What the ffmpeg at hand can do. */
export interface FfmpegFacts {
  readonly ffmpeg: string
  readonly ffprobe: string
  /** As it says itself, e.g. `5.1.9-0+deb12u1`; undefined where there is none. */
  readonly version: string | undefined
  /** What is missing, in words for an operator; empty where all is well. */
  readonly missing: readonly string[]
}

const OLDEST_MAJOR = 5
const ENCODERS = ['libx264', 'aac']
const FILTERS =
  'xfade acrossfade showwavespic trim atrim setpts asetpts interleave concat scale pad setsar aresample aformat apad anullsrc fps tpad settb'.split(
    ' ',
  )

/** Looks at ffmpeg and ffprobe: versions, encoders and filters. Never throws: what can't be run is missing. */
export async function inspectFfmpeg(signal?: AbortSignal): Promise<FfmpegFacts> {
  const ffmpeg = ffmpegPath()
  const ffprobe = ffprobePath()
  const ask = async (program: string, args: string[]) => {
    try {
      return await answerOf(program, args, signal === undefined ? {} : { signal })
    } catch (error) {
      signal?.throwIfAborted()
      return error instanceof Error ? error : new Error(String(error))
    }
  }
  const [said, probe, encoders, filters] = await Promise.all([
    ask(ffmpeg, ['-hide_banner', '-version']),
    ask(ffprobe, ['-hide_banner', '-version']),
    ask(ffmpeg, ['-hide_banner', '-encoders']),
    ask(ffmpeg, ['-hide_banner', '-filters']),
  ])
  const missing: string[] = []
  if (probe instanceof Error) missing.push(`ffprobe (${probe.message})`)
  if (said instanceof Error) {
    missing.push(`ffmpeg (${said.message})`)
    return { ffmpeg, ffprobe, version: undefined, missing }
  }
  const version = versionIn(said)
  const major = majorOf(version)
  if (major !== undefined && major < OLDEST_MAJOR)
    missing.push(`ffmpeg ${OLDEST_MAJOR}.0 or newer (this is ${version})`)
  missing.push(...ENCODERS.filter((name) => !lists(encoders, name)).map((name) => `encoder ${name}`))
  missing.push(...FILTERS.filter((name) => !lists(filters, name)).map((name) => `filter ${name}`))
  return { ffmpeg, ffprobe, version, missing }
}

/** Throws an Error for operators unless the ffmpeg at hand can do all that a cut may need. */
export async function requireFfmpeg(signal?: AbortSignal): Promise<FfmpegFacts> {
  const facts = await inspectFfmpeg(signal)
  if (facts.missing.length === 0) return facts
  throw new Error(
    `ffmpeg lacks: ${facts.missing.join(', ')}. Install ffmpeg ${OLDEST_MAJOR}.0 or newer with libx264 (Debian, Ubuntu: apt-get install ffmpeg; ` +
      `macOS: brew install ffmpeg), or name another one in FFMPEG_PATH and FFPROBE_PATH.`,
  )
}

/** The version of the ffmpeg at hand; undefined where it can't be asked. */
export async function ffmpegVersion(): Promise<string | undefined> {
  try {
    return versionIn(await answerOf(ffmpegPath(), ['-hide_banner', '-version']))
  } catch {
    return undefined
  }
}

/** The version in the first line of `ffmpeg -version`. */
export function versionIn(said: string): string {
  return /^ff\w+ version (\S+)/.exec(said)?.[1] ?? 'unknown'
}

/** The major version; undefined for builds that are numbered otherwise (`N-109468-gd39b34123d`), which are newer than any release. */
export function majorOf(version: string): number | undefined {
  const major = /^n?(\d+)\./.exec(version)?.[1]
  return major === undefined ? undefined : Number(major)
}

function lists(table: string | Error, name: string): boolean {
  return typeof table === 'string' && new RegExp(`^ *[A-Z.|]+ +${name} `, 'm').test(table)
}
