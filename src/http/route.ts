/**
 * A route, declared once: how it is reached, what it takes, who may use it, what it answers. The server, the OpenAPI document, the
 * table of permissions and the specs that try bad requests are all made from these declarations.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type * as t from 'io-ts'
import type { Around } from './around.js'
import type { Person, Role } from './person.js'

/** `anybody`: also where reading is closed, and nobody asks who it is; `reader`: anybody, or where reading is closed whoever is known. */
export type Who = 'anybody' | 'reader' | Role

/** What a request brings beside its address. */
export type Body =
  /** `by` the handler where its own rules go beyond the codec: it is then given what came, which may be any JSON. */
  | { readonly json: t.Mixed; readonly decoded: 'here' | 'by the handler'; readonly limitBytes?: number }
  | { readonly png: true; readonly limitBytes: number }

export interface Answer {
  readonly says: string
  readonly json?: t.Mixed
  /** Where it isn't JSON. */
  readonly type?: string
}

export interface Asked<P, Q, B, H = Record<string, unknown>> {
  readonly params: P
  readonly query: Partial<Q>
  /** Those that are declared. */
  readonly headers: Partial<H>
  readonly body: B
  /** Who asks; null where nobody has signed in. Whoever may write is known. */
  readonly person: Person | null
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As Fastify has it: `/api/videos/:id`. */
  readonly path: string
  /** Routes that belong together in the documentation. */
  readonly group: string
  readonly summary: string
  readonly who: Who
  readonly params: t.Props
  /** Each may be left out. */
  readonly query: t.Props
  /** What it heeds beside those that every request has; each may be left out. */
  readonly headers: t.Props
  readonly body: Body | null
  /** What it changes; null where it only reads. */
  readonly changes: string | null
  readonly answers: Readonly<Record<number, Answer>>
  /**
   * How it is said that something is wrong. `text` is for the paths that wubloader's clients know: they show it as it comes, their
   * pages may come from anywhere, and what they add to a query is no mistake.
   */
  readonly errors: 'json' | 'text'
  /** Whether the handler answers HEAD, too; else that is made of the answer to GET where it is JSON, and refused where it is not. */
  readonly answersHead: boolean
  readonly handle: (asked: Asked<unknown, Record<string, unknown>, unknown>, around: Around) => unknown
}

interface Declaration<P extends t.Props, Q extends t.Props, B extends Body | null, H extends t.Props> extends Pick<
  Route,
  'method' | 'path' | 'group' | 'summary'
> {
  /** Default: `reader` of what is read; what is written names its role. */
  readonly who?: Who
  readonly params?: P
  readonly query?: Q
  readonly headers?: H
  readonly body?: B
  /** Default: nothing where it is got; else what its summary says. */
  readonly changes?: string | null
  readonly answers: Route['answers']
  readonly errors?: Route['errors']
  readonly answersHead?: boolean
  readonly handle: (
    asked: Asked<t.TypeOfProps<P>, t.TypeOfProps<Q>, BodyOf<B>, t.TypeOfProps<H>>,
    around: Around,
  ) => unknown
}

type BodyOf<B> = B extends { readonly json: infer C extends t.Mixed; readonly decoded: 'here' }
  ? t.TypeOf<C>
  : B extends { readonly png: true }
    ? Buffer
    : unknown

// eslint cannot know that an empty object of codecs is what is meant
type None = Record<never, never>

export const route = <
  P extends t.Props = None,
  Q extends t.Props = None,
  const B extends Body | null = null,
  H extends t.Props = None,
>({
  who = 'reader',
  params,
  query,
  headers,
  body,
  changes,
  errors = 'json',
  answersHead = false,
  handle,
  ...declared
}: Declaration<P, Q, B, H>): Route => ({
  ...declared,
  who,
  params: params ?? {},
  query: query ?? {},
  headers: headers ?? {},
  body: body ?? null,
  changes: changes ?? (declared.method === 'GET' ? null : declared.summary),
  errors,
  answersHead,
  handle: handle as Route['handle'],
})
