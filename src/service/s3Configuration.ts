/** The fields of a location of the type `s3` in a configuration. */
import { resolve } from 'node:path'
import * as t from 'io-ts'
import { Flag, NonEmpty, Text } from '../../machines/codecs.js'
import type { FieldProblem } from '../../machines/problems.js'
import type { Backend } from '../upload/backend.js'
import { credentialsIn, credentialsOfEnvironment } from '../upload/s3/credentials.js'
import { MEBIBYTE, s3Backend, usualPatience } from '../upload/s3/s3.js'
import { wrongUrl } from './webhookConfiguration.js'

const isPartSize = (u: unknown): u is number => typeof u === 'number' && Number.isInteger(u) && u >= 5 && u <= 1024

/** A store takes no part below 5 MiB but the last; two are held in memory. */
const PartMebibytes = new t.Type<number, number, unknown>(
  'a whole number from 5 to 1024',
  isPartSize,
  (u, context) => (isPartSize(u) ? t.success(u) : t.failure(u, context)),
  (n) => n,
)

const isPrefix = (u: unknown): u is string => typeof u === 'string' && !u.startsWith('/')
const Prefix = new t.Type<string, string, unknown>(
  "a text that does not begin with '/'",
  isPrefix,
  (u, context) => (isPrefix(u) ? t.success(u) : t.failure(u, context)),
  (text) => text,
)

export const S3Fields = t.intersection([
  t.type({ bucket: NonEmpty }),
  t.partial({
    endpoint: NonEmpty,
    region: NonEmpty,
    prefix: Prefix,
    credentials: NonEmpty,
    path_style: Flag,
    part_mebibytes: PartMebibytes,
    url_prefix: Text,
  }),
])
type S3Fields = t.TypeOf<typeof S3Fields>
export const knownOfS3 = [
  ...['bucket', 'endpoint', 'region', 'prefix', 'credentials', 'path_style', 'part_mebibytes', 'url_prefix'],
]

/** What no codec sees. Nothing of an address is repeated: it may hold a password. */
export function s3Problems(locations: Readonly<Record<string, { readonly type: string }>>): FieldProblem[] {
  return Object.entries(locations).flatMap(([name, location]) => {
    if (location.type !== 's3') return []
    const { endpoint } = location as { endpoint?: string }
    const found = endpoint === undefined ? null : wrongUrl(endpoint)
    return found === null
      ? []
      : [
          {
            field: `locations.${name}.endpoint`,
            found,
            allowed: 'an address that begins with https:// or http://, without user and password',
          },
        ]
  })
}

/** Paths are relative to the configuration's folder. */
export const s3Resolved = <A extends S3Fields>(location: A, base: string): A =>
  location.credentials === undefined ? location : { ...location, credentials: resolve(base, location.credentials) }

export function s3BackendOf(location: S3Fields): Backend {
  const { bucket, endpoint, region = 'us-east-1', prefix = '', credentials } = location
  const {
    path_style: pathStyle = endpoint !== undefined,
    part_mebibytes: mebibytes = 8,
    url_prefix: urlPrefix,
  } = location
  return s3Backend({
    ...usualPatience,
    bucket,
    ...(endpoint !== undefined && { endpoint }),
    region,
    prefix,
    pathStyle,
    partBytes: mebibytes * MEBIBYTE,
    ...(urlPrefix !== undefined && { urlPrefix }),
    credentials: credentials === undefined ? credentialsOfEnvironment(process.env) : credentialsIn(credentials),
  })
}
