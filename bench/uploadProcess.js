// One upload to YouTube's simulator in a process of its own, out of the build: `uploadProcess.js URL BYTES [new]` prints what it took as JSON.
import { madeBlock, pieceOf } from './pieces.js'
import { Api } from '../dist/src/upload/youtube/api.js'
import { openHttp } from '../dist/src/upload/youtube/http.js'
import { usualResumable } from '../dist/src/upload/youtube/resumable.js'
import { Tokens } from '../dist/src/upload/youtube/tokens.js'
import { youtubeBackend } from '../dist/src/upload/youtube/youtube.js'

const [url, total, made] = process.argv.slice(2)
const bytes = Number(total)
const http = openHttp(60)
const credentials = { clientId: 'client', clientSecret: 'secret', refreshToken: 'refresh' }
const tokens = new Tokens(http, `${url}/token`, () => Promise.resolve(credentials))
const options = { categoryId: '23', language: 'en', resumable: usualResumable }
const backend = youtubeBackend(new Api(http, tokens, url), options)
const publication = {
  video: 'bench',
  attempt: 'a',
  edit: 'e',
  extension: 'ts',
  title: 'bench',
  description: '',
  tags: [],
  public: false,
  ranges: [],
}
const never = new AbortController().signal

const block = madeBlock()
// as a cut hands them over: each piece in memory of its own
const piece = made === 'new' ? (...of) => Buffer.from(pieceOf(block, ...of)) : (...of) => pieceOf(block, ...of)
const session = right(await backend.open(publication, never))
const before = process.memoryUsage.rss()
let peak = before
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50)
const begun = performance.now()
const size = 1_500_000
for (let sent = 0; sent + size < bytes; sent += size) right(await session.send(piece(sent, size), never))
right(await session.finalize(piece(0, bytes % size === 0 ? size : bytes % size), bytes, never))
clearInterval(watch)
const ms = performance.now() - begun
process.stdout.write(JSON.stringify({ ms, grownMebibytes: (peak - before) / 2 ** 20 }))

function right(either) {
  if (either._tag === 'Left') throw new Error(either.left.message)
  return either.right
}
