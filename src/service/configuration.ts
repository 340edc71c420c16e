/** The JSON configuration: which locations this node offers, and how it behaves. */
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { FolderName, NonEmpty, Positive, Text, Texts } from '../../machines/codecs.js'
import { type FieldProblem, problemsOf } from '../../machines/problems.js'

const Whole = new t.Type<number, number, unknown>(
  'a whole number of 1 or more',
  (u): u is number => typeof u === 'number' && Number.isInteger(u) && u >= 1,
  (u, c) => (typeof u === 'number' && Number.isInteger(u) && u >= 1 ? t.success(u) : t.failure(u, c)),
  (n) => n,
)

/** `smart` is what other software calls the fast cut. */
const CutName = t.keyof({ fast: null, full: null, rough: null, smart: null }, 'fast, full, rough or smart (as fast)')
const Container = t.keyof({ mpegts: null, mp4: null, webm: null }, 'mpegts, mp4 or webm')

const locationFields = {
  /** A folder of this machine. */
  local: { required: { type: t.literal('local', 'local'), path: NonEmpty }, optional: { url_prefix: Text } },
} as const

const anyLocation = {
  cut: CutName,
  container: Container,
  attempts: Whole,
  video_encoder: Texts,
  audio_encoder: Texts,
  keyframe_seconds: Positive,
}

const LocalLocation = t.intersection(
  [t.type(locationFields.local.required), t.partial({ ...locationFields.local.optional, ...anyLocation })],
  'a location',
)
export type LocationConfiguration = t.TypeOf<typeof LocalLocation>

const knownOfLocation = ['type', 'path', 'url_prefix', ...Object.keys(anyLocation)]

const File = t.partial({
  node: FolderName,
  segments: NonEmpty,
  grace_seconds: Positive,
  locations: t.record(t.string, LocalLocation),
})
const known = ['node', 'segments', 'grace_seconds', 'locations']

export interface Configuration {
  /** This node's name. */
  readonly node: string
  /** The folder of channels. */
  readonly segments: string
  /** Where this node keeps files that are gone when a cut is over. */
  readonly temporary: string
  /** How long a SIGTERM waits for work in flight. */
  readonly graceSeconds: number
  readonly locations: Readonly<Record<string, LocationConfiguration>>
  /** The file it was read from; null where the defaults alone hold. */
  readonly file: string | null
}

/** Where all that belongs to this machine is: `--data`, else REELSTATE_DATA, else `./data`. */
export const dataDirectory = (option: string | undefined, env: NodeJS.ProcessEnv = process.env): string =>
  resolve(option ?? (env['REELSTATE_DATA'] || 'data'))

/**
 * Reads `--config`, else REELSTATE_CONFIG, else `DATA/reelstate.json` where it is there; without any, one location `local`
 * that publishes into `DATA/videos`. Relative paths in a file are relative to the file.
 */
export function readConfiguration(
  data: string,
  option: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Either<readonly FieldProblem[], Configuration> {
  const named = option ?? (env['REELSTATE_CONFIG'] || undefined)
  const file = named === undefined ? resolve(data, 'reelstate.json') : resolve(named)
  if (named === undefined && !existsSync(file)) return right(withDefaults(data, {}, null))
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return left([
      { field: file, found: error instanceof Error ? error.message : String(error), allowed: 'a readable JSON file' },
    ])
  }
  const decoded = decodeConfiguration(parsed)
  return isLeft(decoded) ? decoded : right(withDefaults(data, decoded.right, file))
}

/** As a file's content. A field that nobody knows is refused: a slip of the pen must not change a destination. */
export function decodeConfiguration(parsed: unknown): Either<readonly FieldProblem[], t.TypeOf<typeof File>> {
  const decoded = File.decode(parsed)
  const problems = [
    ...unknownFields(parsed),
    ...(isLeft(decoded) ? problemsOf(decoded.left) : misfitContainers(decoded.right)),
  ]
  if (problems.length > 0 || isLeft(decoded)) return left(problems)
  return decoded
}

/** What is copied stays the transport stream that it is. */
const misfitContainers = ({ locations = {} }: t.TypeOf<typeof File>): FieldProblem[] =>
  Object.entries(locations).flatMap(([name, { container = 'mpegts', cut = 'fast' }]) =>
    container === 'mpegts' || cut === 'full'
      ? []
      : [
          {
            field: `locations.${name}.container`,
            found: `${container} with cut ${cut}`,
            allowed: 'mpegts, or cut full',
          },
        ],
  )

function unknownFields(parsed: unknown): FieldProblem[] {
  const extra = (of: unknown, allowed: readonly string[], path: string): FieldProblem[] =>
    typeof of !== 'object' || of === null
      ? []
      : Object.keys(of)
          .filter((key) => !allowed.includes(key))
          .map((key) => ({
            field: `${path}${key}`,
            found: 'a field that is not known',
            allowed: `one of ${allowed.join(', ')}`,
          }))
  const locations = (parsed as { locations?: unknown } | null)?.locations
  const ofLocations = typeof locations === 'object' && locations !== null ? Object.entries(locations) : []
  // io-ts drops keys that don't fit a record instead of refusing them
  const badNames = ofLocations
    .filter(([name]) => !FolderName.is(name))
    .map(([name]) => ({ field: `locations.${name}`, found: JSON.stringify(name), allowed: FolderName.name }))
  return [
    ...extra(parsed, known, ''),
    ...badNames,
    ...ofLocations.flatMap(([name, location]) => extra(location, knownOfLocation, `locations.${name}.`)),
  ]
}

function withDefaults(data: string, read: t.TypeOf<typeof File>, file: string | null): Configuration {
  const base = file === null ? data : dirname(file)
  const locations = read.locations ?? { local: { type: 'local' as const, path: resolve(data, 'videos') } }
  const node = read.node ?? nodeName()
  return {
    node,
    temporary: resolve(data, 'temporary', node),
    segments: read.segments === undefined ? resolve(data, 'segments') : resolve(base, read.segments),
    graceSeconds: read.grace_seconds ?? 60,
    locations: Object.fromEntries(
      Object.entries(locations).map(([name, location]) => [name, { ...location, path: resolve(base, location.path) }]),
    ),
    file,
  }
}

/** The machine's name, in the letters that a node's name may have. */
const nodeName = (): string =>
  hostname()
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/^\.+/, '') || 'node'
