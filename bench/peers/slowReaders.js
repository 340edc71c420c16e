// Clients that take their answers slowly, each so many bytes a second, and ask again when one is over, until they are told to stop.
// node slowReaders.js CLIENTS BYTES_A_SECOND ADDRESS; says a line when each has had an answer, and what came of it at the end.
import { get } from 'node:http'

const [clients, bytesASecond, address] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const statuses = {}
let answered = 0
let bytes = 0

function take() {
  let isFirst = true
  const again = () => {
    const begunMs = performance.now()
    let taken = 0
    const request = get(address, { agent: false }, (answer) => {
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1
      if (isFirst && ++answered === clients) process.stdout.write('all have been answered\n')
      isFirst = false
      answer.on('data', (chunk) => {
        taken += chunk.length
        bytes += chunk.length
        const dueMs = (taken / bytesASecond) * 1000 - (performance.now() - begunMs)
        if (dueMs <= 0) return
        answer.pause()
        setTimeout(() => answer.resume(), dueMs)
      })
      // who is told to come back does so as it is told
      answer.on('end', () => setTimeout(again, Number(answer.headers['retry-after'] ?? 0) * 1000))
      answer.on('error', () => setTimeout(again, 100))
    })
    request.on('error', () => setTimeout(again, 100))
  }
  again()
}

for (let n = 0; n < clients; n++) take()
process.once('SIGTERM', () => process.stdout.write(`${JSON.stringify({ statuses, bytes })}\n`, () => process.exit(0)))
