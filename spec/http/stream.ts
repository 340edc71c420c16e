/** A client of the event stream, as plain as the protocol allows. */
export interface Message {
  readonly kind: string
  readonly id: string | null
  readonly data: Record<string, unknown>
}

export interface StreamClient extends AsyncDisposable {
  readonly status: number
  /** Everything so far, comments as kind 'comment'. */
  readonly messages: readonly Message[]
  /** Waits until `found` has an answer. */
  until<A>(found: (messages: readonly Message[]) => A | undefined): Promise<A>
  /** Resolves once the server has ended the stream. */
  readonly ended: Promise<void>
}

export async function listenTo(url: string, headers: Record<string, string> = {}): Promise<StreamClient> {
  const leaving = new AbortController()
  const response = await fetch(url, { headers, signal: leaving.signal })
  const messages: Message[] = []
  let waiting: (() => void)[] = []
  let over = false
  const ended = read()
    .catch(() => undefined)
    .then(() => {
      over = true
      for (const wake of waiting) wake()
    })

  async function read(): Promise<void> {
    let text = ''
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop() ?? ''
      messages.push(...parts.filter((part) => !part.startsWith('retry:')).map(parsed))
      for (const wake of waiting.splice(0)) wake()
    }
  }
  return {
    status: response.status,
    messages,
    ended,
    async until(found) {
      for (;;) {
        const answer = found(messages)
        if (answer !== undefined) return answer
        if (over) throw new Error(`the stream ended after ${JSON.stringify(messages)}`)
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await ended
      waiting = []
    },
  }
}

function parsed(block: string): Message {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon) || 'comment', line.slice(colon + 1).trim()] as const
    }),
  )
  const data = fields.get('data')
  return {
    kind: fields.get('event') ?? (data === undefined ? 'comment' : 'message'),
    id: fields.get('id') ?? null,
    data: data === undefined ? null : JSON.parse(data),
  }
}

/** The kinds of the log's events among the messages. */
export const typesIn = (messages: readonly Message[]): string[] =>
  messages.filter(({ kind }) => kind === 'message').map(({ data }) => String(data.type))
