import { findProgram, isExecutable, run } from './commands.mjs'

const oldestMajor = 5
const neededEncoders = ['libx264', 'aac']
const neededFilters = ['xfade', 'acrossfade', 'showwavespic']

/**
 * Looks for ffmpeg and ffprobe: FFMPEG_PATH and FFPROBE_PATH, then the PATH. One of
 * `{ name }` if they can do what Reelstate needs, `{ missing: true }` if installing would help,
 * `{ problem }` if what is there won't do: a line for a person, who put it there and has to decide.
 */
export async function findFfmpeg() {
  const places = [
    { variable: 'FFMPEG_PATH', program: 'ffmpeg' },
    { variable: 'FFPROBE_PATH', program: 'ffprobe' },
  ].map(({ variable, program }) => ({ variable, given: process.env[variable], found: findProgram(program) }))

  for (const { variable, given } of places) {
    if (given && !isExecutable(given))
      return { problem: `${variable} is ${given}, which is no program that can be run.` }
  }
  const [ffmpeg, ffprobe] = places.map(({ given, found }) => given || found)
  if (ffmpeg === undefined || ffprobe === undefined) return { missing: true }

  const [encoders, filters, probe] = await Promise.all([
    run(ffmpeg, ['-encoders']),
    run(ffmpeg, ['-hide_banner', '-filters']),
    run(ffprobe, ['-version']),
  ])
  for (const [path, result] of [
    [ffmpeg, encoders],
    [ffprobe, probe],
  ]) {
    if (!result.ok) return { problem: `${path} does not run: ${result.output.trim().split('\n').at(-1)}` }
  }
  const version = versionOf(encoders.output)
  const lacks = [
    ...(isTooOld(version) ? [`version ${oldestMajor} or newer`] : []),
    ...neededEncoders.filter((name) => !lists(encoders.output, name)).map((name) => `the encoder ${name}`),
    ...neededFilters.filter((name) => !lists(filters.output, name)).map((name) => `the filter ${name}`),
  ]
  if (lacks.length > 0) {
    return {
      problem:
        `${ffmpeg} (${version}) lacks ${lacks.join(', ')}. ` +
        'Install another ffmpeg and name it by FFMPEG_PATH and FFPROBE_PATH, or put it first on the PATH.',
    }
  }
  return { name: `ffmpeg ${version}` }
}

/** The version is in the banner that ffmpeg prints before what it was asked for. */
function versionOf(output) {
  return /^ffmpeg version (\S+)/m.exec(output)?.[1] ?? 'unknown version'
}

/** A build from git names a commit instead of a version; then its abilities alone decide. */
function isTooOld(version) {
  const major = /^n?(\d+)\./.exec(version)?.[1]
  return major !== undefined && Number(major) < oldestMajor
}

/** ` V....D libx264   libx264 H.264 …`, ` T.. xfade   VV->V …`: flags, then the name. */
function lists(output, name) {
  return output.split('\n').some((line) => line.trim().split(/\s+/)[1] === name)
}
