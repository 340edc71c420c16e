/** Requests of a spec, and what comes back. */
export function asking(url: string) {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    const json = isJson ? JSON.parse(text) : null
    return { status: response.status, headers: response.headers, text, json }
  }
  return {
    get: (path: string) => ask(path),
    post: (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) }),
  }
}
