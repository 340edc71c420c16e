/** How our own backend reaches a simulator. */
import type { Backend } from '../../src/upload/backend.js'
import { openApi } from '../../src/upload/youtube/api.js'
import { usualResumable } from '../../src/upload/youtube/resumable.js'
import { youtubeBackend } from '../../src/upload/youtube/youtube.js'
import { CREDENTIALS } from './simulator.js'

const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = CREDENTIALS

/** @param url the simulator's, or that of a line to it. */
export function backendAt(url: string): Backend {
  const api = openApi(() => Promise.resolve({ clientId, clientSecret, refreshToken }), {
    root: url,
    tokenUrl: `${url}/token`,
  })
  return youtubeBackend(api, { categoryId: '23', language: 'en', resumable: usualResumable })
}
