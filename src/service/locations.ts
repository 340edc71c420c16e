/** The configured locations, each with its backend. */
import type { CutSettings } from '../cut/cutting.js'
import { containers } from '../cut/encoding.js'
import type { Location } from '../effects/location.js'
import type { OfferedLocation } from '../log/nodes.js'
import type { Backend } from '../upload/backend.js'
import { localBackend } from '../upload/local.js'
import { type Api, openApi } from '../upload/youtube/api.js'
import { readCredentials } from '../upload/youtube/credentials.js'
import { MULTIPLE_BYTES, usualResumable } from '../upload/youtube/resumable.js'
import { youtubeBackend } from '../upload/youtube/youtube.js'
import type { Configuration, LocationConfiguration } from './configuration.js'

const defaultAttempts = 5

/** @param onCall told of each request that costs something of an account's quota. */
export function openLocations(
  { locations, accounts }: Configuration,
  onCall: (account: string, method: string, units: number) => void = () => undefined,
): ReadonlyMap<string, Location> {
  // locations of one account share its tokens
  const apis = new Map(
    Object.entries(accounts).map(([name, { credentials, api_root: root, token_url: tokenUrl }]) => [
      name,
      openApi(() => readCredentials(credentials), {
        ...(root !== undefined && { root }),
        ...(tokenUrl !== undefined && { tokenUrl }),
        onCall: (method, units) => onCall(name, method, units),
      }),
    ]),
  )
  return new Map(
    Object.entries(locations).map(([name, location]) => [
      name,
      {
        name,
        type: location.type,
        account: location.type === 'youtube' ? location.account : null,
        cut: location.cut === undefined || location.cut === 'smart' ? 'fast' : location.cut,
        extension: containers[location.container ?? 'mpegts'].extension,
        attemptsLimit: location.attempts ?? defaultAttempts,
        encoding: encodingOf(location),
        backend: backendOf(location, apis),
      },
    ]),
  )
}

function encodingOf(location: LocationConfiguration): CutSettings {
  return {
    full: {
      ...(location.container && { container: location.container }),
      ...(location.video_encoder && { videoEncoder: location.video_encoder }),
      ...(location.audio_encoder && { audioEncoder: location.audio_encoder }),
      ...(location.keyframe_seconds && { keyframeSeconds: location.keyframe_seconds }),
    },
  }
}

function backendOf(location: LocationConfiguration, apis: ReadonlyMap<string, Api>): Backend {
  if (location.type === 'local') {
    const { path, url_prefix: urlPrefix } = location
    return localBackend({ path, ...(urlPrefix !== undefined && { urlPrefix }) })
  }
  const api = apis.get(location.account)
  if (api === undefined) throw new Error(`no account ${location.account}`)
  const { category_id = '23', language = 'en', unlisted_only = false, tags = [], chunk_mebibytes = 8 } = location
  return youtubeBackend(api, {
    categoryId: category_id,
    language,
    unlistedOnly: unlisted_only,
    tags,
    resumable: { ...usualResumable, chunkBytes: chunk_mebibytes * 4 * MULTIPLE_BYTES },
  })
}

/** What a node tells the others of its locations. */
export const offer = (locations: ReadonlyMap<string, Location>): Record<string, OfferedLocation> =>
  Object.fromEntries(
    [...locations].map(([name, { type, cut, account }]) => [name, { type, cut, ...(account !== null && { account }) }]),
  )
