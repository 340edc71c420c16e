/**
 * A process that uses the embedded PostgreSQL until its standard input ends, for specs that kill one or several.
 * Arguments: data directory, folder for what the server's user cannot reach. Prints one JSON object a line.
 */
import { openEmbedded } from '../../src/service/postgres/embedded.js'

const [dataDirectory = '', sharedFolder = ''] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  const embedded = await openEmbedded({
    dataDirectory,
    sharedFolder,
    durability: 'disposable',
    onNotice: (notice) => say({ notice }),
  })
  say({ url: embedded.url })
  process.stdin.once('end', () => void embedded.close()).resume()
} catch (error) {
  say({ failure: String(error) })
  process.exitCode = 1
}
