/** Server-sent events, read off the body of an answer: so a page sees why it was refused, and may say who it is. */

export interface Message {
  /** `message` where the server gives no other. */
  readonly kind: string
  readonly data: string
  readonly id: string | null
}

/**
 * Gives each message as it comes, until the stream ends. Comments, and what no field is known for, are left out.
 * @param onBytes told whenever anything comes, of comments too.
 * @throws what breaks the connection off.
 */
export async function* messages(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<Message, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      onBytes()
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const message = readMessage(block)
        if (message !== null) yield message
      }
    }
  } finally {
    // whoever stops reading has no use for what else would come
    await reader.cancel().catch(() => undefined)
  }
}

function readMessage(block: string): Message | null {
  let kind = 'message'
  let id: string | null = null
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (field === 'event') kind = value
    if (field === 'id') id = value
    if (field === 'data') data.push(value)
  }
  return data.length === 0 ? null : { kind, data: data.join('\n'), id }
}
