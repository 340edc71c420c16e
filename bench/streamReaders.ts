/** Readers of the event stream, in a process of their own. `streamReaders.ts URL COUNT`: tells when the last of them has had each event. */
import { connect, type Socket } from 'node:net'

const [address = '', count = '1'] = process.argv.slice(2)
const { hostname, port } = new URL(address)
const readers = Number(count)

/** By version of the video that the figures are of: how many have had it, and when the last did. */
const had = new Map<number, number>()
const now = (): number => performance.timeOrigin + performance.now()
const marker = Buffer.from('"video":"measured"')
const sockets: Socket[] = []
let begun = 0

for (let i = 0; i < readers; i++) {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    sockets.push(socket)
    let rest = Buffer.alloc(0)
    let heard = false
    socket.on('error', reject)
    socket.on('close', () => process.send?.({ lost: i }))
    socket.on('data', (chunk) => {
      if (!heard) {
        heard = true
        begun++
        resolve()
      }
      const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let done = 0
      for (let at = data.indexOf(marker); at >= 0; at = data.indexOf(marker, at + 1)) {
        const end = data.indexOf('\n', at)
        if (end < 0) break
        done = end
        const version = Number(/"version":(\d+)/.exec(data.toString('latin1', at, end))?.[1])
        const so = (had.get(version) ?? 0) + 1
        had.set(version, so)
        if (so === readers) process.send?.({ version, at: now() })
      }
      // a line may come in two parts
      const last = data.lastIndexOf('\n')
      rest = Buffer.from(data.subarray(Math.max(done, last + 1)))
    })
    socket.write(`GET /api/stream?back=0 HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\n\r\n`)
  })
}
process.send?.({ begun })
process.on('disconnect', () => process.exit())
