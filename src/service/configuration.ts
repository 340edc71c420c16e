/** The JSON configuration: which locations this node offers, and how it behaves. */
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { Flag, FolderName, NonEmpty, Positive, Text, Texts } from '../../machines/codecs.js'
import { type FieldProblem, problemsOf } from '../../machines/problems.js'
import type { Webhook } from '../announce/webhook.js'
import { type CoverageConfiguration, CoverageFile, coverageOf, knownOfCoverage } from './coverageConfiguration.js'
import type { Editing } from '../http/editing.js'
import { EditingFile, editingOf, editingProblems, knownOfEditing } from './editingConfiguration.js'
import { type FetchConfiguration, FetchFile, fetchOf, fetchProblems, knownOfFetch } from './fetchConfiguration.js'
import { httpOf, HttpFile, httpProblems, type HttpConfiguration, knownOfHttp } from './httpConfiguration.js'
import { knownOfSignIn, type SignInConfiguration, SignInFile, signInOf, signInProblems } from './signInConfiguration.js'
import { knownOfReady, type ReadyConfiguration, ReadyFile, readyOf } from './readyConfiguration.js'
import { knownOfS3, S3Fields, s3Problems, s3Resolved } from './s3Configuration.js'
import { knownOfTraces, TracesFile, tracesOf, tracesProblems } from './tracesConfiguration.js'
import { knownOfWebhook, WebhookFile, webhookProblems, webhooksOf } from './webhookConfiguration.js'

const Whole = new t.Type<number, number, unknown>(
  'a whole number of 1 or more',
  (u): u is number => typeof u === 'number' && Number.isInteger(u) && u >= 1,
  (u, c) => (typeof u === 'number' && Number.isInteger(u) && u >= 1 ? t.success(u) : t.failure(u, c)),
  (n) => n,
)

/** `smart` is what other software calls the fast cut. */
const CutName = t.keyof({ fast: null, full: null, rough: null, smart: null }, 'fast, full, rough or smart (as fast)')
const Container = t.keyof({ mpegts: null, mp4: null, webm: null }, 'mpegts, mp4 or webm')

const anyLocation = {
  cut: CutName,
  container: Container,
  attempts: Whole,
  video_encoder: Texts,
  audio_encoder: Texts,
  keyframe_seconds: Positive,
  webhooks: Texts,
}

/** A folder of this machine. */
const LocalLocation = t.intersection([
  t.type({ type: t.literal('local'), path: NonEmpty }),
  t.partial({ url_prefix: Text, write_json: Flag, ...anyLocation }),
])

/** A folder of this machine for keeping: a folder of files for each publication. */
const ArchiveLocation = t.intersection([
  t.type({ type: t.literal('archive'), path: NonEmpty }),
  t.partial({ url_prefix: Text, write_json: Flag, ...anyLocation }),
])

/** Wherever people upload themselves. */
const ManualLocation = t.intersection([t.type({ type: t.literal('manual') }), t.partial(anyLocation)])

const UploadMode = t.keyof({ chunks: null, spool: null, single_request: null }, 'chunks, spool or single_request')

/** A channel on YouTube. */
const YoutubeLocation = t.intersection([
  t.type({ type: t.literal('youtube'), account: FolderName }),
  t.partial({
    category_id: NonEmpty,
    language: NonEmpty,
    unlisted_only: Flag,
    tags: Texts,
    chunk_mebibytes: Whole,
    upload: UploadMode,
    ...anyLocation,
  }),
])

/** A bucket of an S3 store. */
const S3Location = t.intersection([t.type({ type: t.literal('s3') }), S3Fields, t.partial(anyLocation)])
/** A channel on YouTube, to which people upload themselves; from then on its videos are looked after like our own. */
const YoutubeManualLocation = t.intersection([
  t.type({ type: t.literal('youtube-manual'), account: FolderName }),
  t.partial({ unlisted_only: Flag, tags: Texts, ...anyLocation }),
])

/** Of `anyLocation`, what means nothing where a location's cuts are not to be chosen, or where nothing is cut. */
const ofCuts = ['cut', 'container', 'video_encoder', 'audio_encoder', 'keyframe_seconds']
const ofUploads = [...ofCuts, 'attempts']

const locationTypes = {
  local: { codec: LocalLocation, fields: ['path', 'url_prefix', 'write_json'], not: [] },
  archive: { codec: ArchiveLocation, fields: ['path', 'url_prefix', 'write_json'], not: ofCuts },
  youtube: {
    codec: YoutubeLocation,
    fields: ['account', 'category_id', 'language', 'unlisted_only', 'tags', 'chunk_mebibytes', 'upload'],
    not: [],
  },
  'youtube-manual': { codec: YoutubeManualLocation, fields: ['account', 'unlisted_only', 'tags'], not: ofUploads },
  manual: { codec: ManualLocation, fields: [], not: ofUploads },
  s3: { codec: S3Location, fields: knownOfS3, not: [] },
} as const
type LocationType = keyof typeof locationTypes
export type LocationConfiguration = t.TypeOf<(typeof locationTypes)[LocationType]['codec']>

const typeOf = (u: unknown): LocationType | undefined => {
  const type = (u as { type?: unknown } | null)?.type
  return typeof type === 'string' && Object.hasOwn(locationTypes, type) ? (type as LocationType) : undefined
}

const unknownLocation = t.type({
  type: t.keyof(
    Object.fromEntries(Object.keys(locationTypes).map((type) => [type, null])),
    Object.keys(locationTypes).join(', '),
  ),
}) as unknown as t.Type<LocationConfiguration, unknown, unknown>

/** Read by its type, so that a mistake is told in the words of that type. */
const Location = new t.Type<LocationConfiguration, unknown, unknown>(
  'a location',
  (u): u is LocationConfiguration => Object.values(locationTypes).some(({ codec }) => codec.is(u)),
  (u, context) => {
    const codec = locationTypes[typeOf(u) ?? 'local'].codec as t.Type<LocationConfiguration, unknown, unknown>
    const known = typeOf(u) === undefined ? unknownLocation : codec
    const at = context.at(-1)
    // problems are told by what a path leads through
    return known.validate(u, at === undefined ? context : [...context.slice(0, -1), { ...at, type: known }])
  },
  (location) => location,
)

const Account = t.intersection(
  [
    t.type({ type: t.literal('youtube', 'youtube'), credentials: NonEmpty }),
    t.partial({ api_root: NonEmpty, token_url: NonEmpty, quota_units: Whole, quota_uploads: Whole }),
  ],
  'an account',
)
export type AccountConfiguration = t.TypeOf<typeof Account>
const knownOfAccount = ['type', 'credentials', 'api_root', 'token_url', 'quota_units', 'quota_uploads']

const LogForm = t.keyof({ text: null, json: null }, 'text or json')
export type LogForm = t.TypeOf<typeof LogForm>

const File = t.partial({
  node: FolderName,
  segments: NonEmpty,
  only_named: Flag,
  grace_seconds: Positive,
  url: NonEmpty,
  fetch: FetchFile,
  coverage: CoverageFile,
  sign_in: SignInFile,
  http: HttpFile,
  editing: EditingFile,
  ready: ReadyFile,
  traces: TracesFile,
  log: LogForm,
  locations: t.record(t.string, Location),
  accounts: t.record(t.string, Account),
  webhooks: t.record(t.string, WebhookFile),
})
const known = [
  'node',
  'segments',
  'only_named',
  'grace_seconds',
  'url',
  'fetch',
  'coverage',
  'sign_in',
  'http',
  'editing',
  'locations',
  'accounts',
  'webhooks',
  'ready',
  'traces',
  'log',
]

export interface Configuration {
  /** This node's name. */
  readonly node: string
  /** The folder of channels. */
  readonly segments: string
  /** Takes only videos whose edit names this node. */
  readonly onlyNamed: boolean
  /** Where this node keeps files that are gone when a cut is over. */
  readonly temporary: string
  /** How long a SIGTERM waits for work in flight. */
  readonly graceSeconds: number
  /** Where other nodes reach this one's HTTP; null where that follows from what it listens on. */
  readonly url: string | null
  /** How it gets from others what it lacks; null where it doesn't. */
  readonly fetch: FetchConfiguration | null
  /** How often it looks at what it has of the footage; null where it doesn't. */
  readonly coverage: CoverageConfiguration | null
  /** Whose ID tokens are good; null where nobody's are. */
  readonly signIn: SignInConfiguration | null
  readonly http: HttpConfiguration
  /** What editors begin with, and what is put around what they write. */
  readonly editing: Editing
  /** When it is ready. */
  readonly ready: ReadyConfiguration
  /** Where traces of attempts are sent, by OTLP over HTTP; null where nowhere. */
  readonly traces: string | null
  /** How it says what people should know; null where that is not said. */
  readonly log: LogForm | null
  readonly locations: Readonly<Record<string, LocationConfiguration>>
  /** At destinations that ask who we are; several locations may share one. */
  readonly accounts: Readonly<Record<string, AccountConfiguration>>
  /** Who is told of videos that are done or need a person. */
  readonly webhooks: readonly Webhook[]
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
  if (named === undefined && !existsSync(file)) return right(withDefaults(data, {}, null, env))
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return left([
      { field: file, found: error instanceof Error ? error.message : String(error), allowed: 'a readable JSON file' },
    ])
  }
  const decoded = decodeConfiguration(parsed)
  return isLeft(decoded) ? decoded : right(withDefaults(data, decoded.right, file, env))
}

/** As a file's content. A field that nobody knows is refused: a slip of the pen must not change a destination. */
export function decodeConfiguration(parsed: unknown): Either<readonly FieldProblem[], t.TypeOf<typeof File>> {
  const decoded = File.decode(parsed)
  const problems = [
    ...unknownFields(parsed),
    ...(isLeft(decoded)
      ? problemsOf(decoded.left)
      : [
          ...misfitContainers(decoded.right),
          ...missingAccounts(decoded.right),
          ...s3Problems(decoded.right.locations ?? {}),
          ...webhookProblems(decoded.right),
          ...fetchProblems(decoded.right),
          ...signInProblems(decoded.right),
          ...httpProblems(decoded.right),
          ...editingProblems(decoded.right.editing),
          ...tracesProblems(decoded.right),
        ]),
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

const missingAccounts = ({ locations = {}, accounts = {} }: t.TypeOf<typeof File>): FieldProblem[] =>
  Object.entries(locations).flatMap(([name, location]) =>
    !('account' in location) || Object.hasOwn(accounts, location.account)
      ? []
      : [
          {
            field: `locations.${name}.account`,
            found: JSON.stringify(location.account),
            allowed: `one of the accounts: ${Object.keys(accounts).join(', ') || 'there are none'}`,
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
  const entries = (of: unknown): [string, unknown][] =>
    typeof of === 'object' && of !== null ? Object.entries(of) : []
  const { locations, accounts, webhooks, fetch, coverage, sign_in, http, editing, ready, traces } = (parsed ??
    {}) as Record<string, unknown>
  const ofLocations = entries(locations)
  const knownOf = (location: unknown): string[] => {
    const { fields, not } = locationTypes[typeOf(location) ?? 'local'] as Record<'fields' | 'not', readonly string[]>
    return ['type', ...fields, ...Object.keys(anyLocation).filter((field) => !not.includes(field))]
  }
  // io-ts drops keys that don't fit a record instead of refusing them
  const badNames = ofLocations
    .filter(([name]) => !FolderName.is(name))
    .map(([name]) => ({ field: `locations.${name}`, found: JSON.stringify(name), allowed: FolderName.name }))
  return [
    ...extra(parsed, known, ''),
    ...extra(fetch, knownOfFetch, 'fetch.'),
    ...extra(coverage, knownOfCoverage, 'coverage.'),
    ...extra(sign_in, knownOfSignIn, 'sign_in.'),
    ...extra(http, knownOfHttp, 'http.'),
    ...extra(editing, knownOfEditing, 'editing.'),
    ...extra(ready, knownOfReady, 'ready.'),
    ...extra(traces, knownOfTraces, 'traces.'),
    ...badNames,
    ...ofLocations.flatMap(([name, location]) => extra(location, knownOf(location), `locations.${name}.`)),
    ...entries(accounts).flatMap(([name, account]) => extra(account, knownOfAccount, `accounts.${name}.`)),
    ...entries(webhooks).flatMap(([name, webhook]) => extra(webhook, knownOfWebhook, `webhooks.${name}.`)),
  ]
}

function withDefaults(
  data: string,
  read: t.TypeOf<typeof File>,
  file: string | null,
  env: NodeJS.ProcessEnv,
): Configuration {
  const base = file === null ? data : dirname(file)
  const locations = read.locations ?? { local: { type: 'local' as const, path: resolve(data, 'videos') } }
  const node = read.node ?? nodeName()
  return {
    node,
    temporary: resolve(data, 'temporary', node),
    segments: read.segments === undefined ? resolve(data, 'segments') : resolve(base, read.segments),
    onlyNamed: read.only_named ?? false,
    graceSeconds: read.grace_seconds ?? 60,
    url: read.url ?? null,
    coverage: coverageOf(read.coverage),
    fetch: fetchOf(read.fetch, base),
    signIn: signInOf(read.sign_in),
    http: httpOf(read.http),
    editing: editingOf(read.editing),
    ready: readyOf(read.ready),
    traces: tracesOf(read.traces, env),
    log: read.log ?? null,
    locations: Object.fromEntries(
      Object.entries(locations).map(([name, location]) => [name, resolved(location, base)]),
    ),
    accounts: Object.fromEntries(
      Object.entries(read.accounts ?? {}).map(([name, account]) => [
        name,
        { ...account, credentials: resolve(base, account.credentials) },
      ]),
    ),
    webhooks: webhooksOf(read, base),
    file,
  }
}

function resolved(location: LocationConfiguration, base: string): LocationConfiguration {
  switch (location.type) {
    case 'local':
    case 'archive':
      return { ...location, path: resolve(base, location.path) }
    case 's3':
      return s3Resolved(location, base)
    case 'youtube':
    case 'youtube-manual':
    case 'manual':
      return location
  }
}

/** The machine's name, in the letters that a node's name may have. */
const nodeName = (): string =>
  hostname()
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/^\.+/, '') || 'node'
