/** Requests of a spec, and what comes back. */

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // as it comes: a spec looks at what is in it
  readonly json: any
}

export function asking(url: string) {
  const ask = async (path: string, init: RequestInit = {}): Promise<Answered> => {
    const response = await fetch(`${url}${path}`, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null }
  }
  return {
    get: (path: string) => ask(path),
    post: (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) }),
  }
}
