/** How the node is asked: with what says who asks, not for ever, and with its refusals as errors. */
/** The node, or what stands before it, has refused; `message` is what it says. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly status: number,
    message: string,
    /** The whole answer, where it was JSON. */
    readonly answer: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

/** Whether the node has said no. Where nobody answers, or only what stands before it does, it may have been done all the same. */
export const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status < 500 || 'error' in error.answer)

export const timeoutMs = 30_000
let credential: string | null = null
let needsSignIn: (why: string, toWrite: boolean) => void = () => undefined

/** Calls `told` whenever the node does not know who we are, and would have to. */
export function onSignInNeeded(told: typeof needsSignIn): void {
  needsSignIn = told
}

/** Whoever has signed in says so here: each question from then on is asked in their name. */
export function signInWith(token: string | null): void {
  credential = token
}

/** What says who asks, for whoever has to ask by itself, as a player does. */
export const headers = (): Record<string, string> =>
  credential === null ? {} : { authorization: `Bearer ${credential}` }

/** A path of the API; `query` without what is null. */
export function pathOf(path: string, query: Readonly<Record<string, string | number | null | undefined>> = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[key, String(value)]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

export const id = encodeURIComponent

/** @throws ApiError where the node refuses; TypeError where nobody answers. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await asked(path, signal)).json()) as T
}

export async function asked(path: string, signal?: AbortSignal): Promise<Response> {
  const impatient = AbortSignal.timeout(timeoutMs)
  const response = await fetch(path, {
    headers: headers(),
    signal: signal ? AbortSignal.any([signal, impatient]) : impatient,
  })
  if (!response.ok) throw await errorOf(response)
  return response
}

/** @param version that the video has to have still. @throws ApiError 412 where it has another one, 409 where its state refuses. */
export async function post<T>(
  path: string,
  body: unknown,
  version: number | null = null,
  signal?: AbortSignal,
): Promise<T> {
  const more: Record<string, string> = version === null ? {} : { 'if-match': `"${version}"` }
  return (await (await posted(path, body, more, signal ?? AbortSignal.timeout(timeoutMs))).json()) as T
}

export async function posted(path: string, body: unknown, more: Record<string, string>, signal: AbortSignal) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json', ...more },
    body: JSON.stringify(body),
    signal,
  })
  if (!response.ok) throw await errorOf(response, true)
  return response
}

/** An event as it stands in a path: `OrphanAdopted` is `orphan-adopted`. */
export const inPath = (event: string): string => event.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

export async function errorOf(response: Response, toWrite = false): Promise<ApiError> {
  const error = await readError(response)
  if (error.status === 401) needsSignIn(error.message, toWrite)
  return error
}

async function readError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  // the paths of footage say it to people
  if (response.headers.get('content-type')?.startsWith('text/plain') === true && text.trim() !== '')
    return new ApiError(response.status, text.trim())
  try {
    const answer = JSON.parse(text) as Record<string, unknown>
    const said = typeof answer['error'] === 'string' ? answer['error'] : `the node answered ${response.status}`
    return new ApiError(response.status, said, answer)
  } catch {
    return new ApiError(response.status, `the node answered ${response.status} ${response.statusText}`.trim())
  }
}

/** Each line of an answer as it comes, as far as it comes. */
export async function* lines(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string, void, undefined> {
  if (body === null) return
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let rest = ''
  for (;;) {
    // an answer that breaks off is no mistake of the page: that its last line is missing says it
    const { done, value } = await reader.read().catch(() => ({ done: true, value: '' }))
    if (done) return
    const whole = (rest + value).split('\n')
    rest = whole.pop() ?? ''
    yield* whole.filter((line) => line !== '')
  }
}
