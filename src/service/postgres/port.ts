import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

const portFile = (dataDirectory: string) => join(dataDirectory, 'postgres.port')

/** The port of the last start if it is free, so that what has been told the address can go on; else any free one. */
export async function choosePort(dataDirectory: string): Promise<number> {
  const last = Number((await readFile(portFile(dataDirectory), 'utf8').catch(() => '')).trim())
  if (Number.isInteger(last) && last > 0 && last < 65_536 && (await bind(last)) !== undefined) return last
  const free = await bind(0)
  if (free === undefined) throw new Error('no free port on 127.0.0.1')
  return free
}

/** Keeps the port that a server has come up with. Losing it costs no more than another address at the next start. */
export async function rememberPort(dataDirectory: string, port: number): Promise<void> {
  await writeFile(portFile(dataDirectory), `${port}\n`).catch(() => undefined)
}

function bind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined))
    })
  })
}
