/** The part `traces` of a configuration, or the environment: where traces of attempts are sent. */
import * as t from 'io-ts'
import { NonEmpty } from '../../machines/codecs.js'
import type { FieldProblem } from '../../machines/problems.js'
import { wrongUrl } from './webhookConfiguration.js'

const fields = { endpoint: NonEmpty }
export const knownOfTraces = Object.keys(fields)
export const TracesFile = t.type(fields, 'an object with an endpoint')
type TracesFile = t.TypeOf<typeof TracesFile>

/** As collectors document it: this is put behind their address. */
const SIGNAL = 'v1/traces'

/** What no codec sees. Nothing of an address is repeated: it may hold a password. */
export function tracesProblems({ traces }: { readonly traces?: TracesFile }): FieldProblem[] {
  const found = traces === undefined ? null : wrongUrl(traces.endpoint)
  return found === null ? [] : [{ field: 'traces.endpoint', found, allowed: ADDRESS }]
}
const ADDRESS = 'an address that begins with https:// or http://, without user and password'

/**
 * Where spans are sent by OTLP over HTTP; null where nobody wants any. The environment is what OpenTelemetry's own tools read, and
 * counts where the file says nothing.
 */
export function tracesOf(read: TracesFile | undefined, env: NodeJS.ProcessEnv): string | null {
  const whole = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  if (read === undefined && whole) return whole
  const base = read?.endpoint ?? env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (!base) return null
  return base.endsWith(`/${SIGNAL}`) ? base : `${base.replace(/\/+$/, '')}/${SIGNAL}`
}
