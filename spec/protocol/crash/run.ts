/** One life of an effect: what a process needs to know to play it, as plain JSON. */
import type { Location } from '../../../src/effects/location.js'
import { archiveBackend } from '../../../src/upload/archive.js'
import type { Backend } from '../../../src/upload/backend.js'
import { localBackend } from '../../../src/upload/local.js'
import { Api } from '../../../src/upload/youtube/api.js'
import { type Http, openHttp } from '../../../src/upload/youtube/http.js'
import { Tokens } from '../../../src/upload/youtube/tokens.js'
import { youtubeBackend } from '../../../src/upload/youtube/youtube.js'
import { locationOn } from '../../support/uploads.js'
import { CREDENTIALS } from '../../youtube/simulator.js'

export interface Run {
  /** What the effect is, as victim.ts knows it. */
  readonly effect: 'cutAndUpload' | 'reconcile' | 'setThumbnail' | 'applyModification'
  readonly video: string
  /** Of the node that is killed. */
  readonly node: string
  /** Where it publishes: a folder's path, or the address of YouTube. */
  readonly destination: { readonly type: 'local' | 'archive' | 'youtube'; readonly at: string }
  /** The folder of channels. */
  readonly root: string
  /** Before which operation it is killed; null for none. */
  readonly before: number | null
}

/** Each run has a location, and an account, of its own, so that nobody looks after what is another one's. */
export const placeOf = ({ video }: Pick<Run, 'video'>): string => `at-${video}`

export function locationOf(run: Run, through: (http: Http) => Http = (http) => http): Location {
  const { type, at } = run.destination
  const account = type === 'youtube' ? placeOf(run) : null
  return { ...locationOn(placeOf(run), backendOf(type, at, through)), type, account, attemptsLimit: 5 }
}

function backendOf(type: Run['destination']['type'], at: string, through: (http: Http) => Http): Backend {
  if (type === 'local') return localBackend({ path: at, writeJson: true })
  if (type === 'archive') return archiveBackend({ path: at, writeJson: true })
  const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = CREDENTIALS
  const http = through(openHttp(60))
  const tokens = new Tokens(http, `${at}/token`, () => Promise.resolve({ clientId, clientSecret, refreshToken }))
  return youtubeBackend(new Api(http, tokens, at), {
    ...{ categoryId: '23', language: 'en' },
    resumable: { chunkBytes: CHUNK_BYTES, patience: 1, waitMs: 1, random: () => 0 },
  })
}

export const CHUNK_BYTES = 512 * 1024
