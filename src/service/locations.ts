/** The configured locations, each with its backend. */
import type { CutSettings } from '../cut/cutting.js'
import { containers } from '../cut/encoding.js'
import type { PublishedCutType } from '../cut/files.js'
import type { Location } from '../effects/location.js'
import type { OfferedLocation } from '../log/nodes.js'
import { archiveBackend } from '../upload/archive.js'
import type { Backend } from '../upload/backend.js'
import type { FolderOptions } from '../upload/folder/folder.js'
import { localBackend } from '../upload/local.js'
import { manualBackend } from '../upload/manual.js'
import { type Api, openApi } from '../upload/youtube/api.js'
import { readCredentials } from '../upload/youtube/credentials.js'
import { MULTIPLE_BYTES, usualResumable } from '../upload/youtube/resumable.js'
import { youtubeBackend } from '../upload/youtube/youtube.js'
import type { Configuration, LocationConfiguration } from './configuration.js'
import { s3BackendOf } from './s3Configuration.js'

const defaultAttempts = 5

/** @param onCall told of each request that costs something of an account's quota. */
export function openLocations(
  { locations, accounts, temporary }: Configuration,
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
        account: 'account' in location ? location.account : null,
        unlistedOnly: 'account' in location && location.unlisted_only === true,
        tags: 'account' in location ? (location.tags ?? []) : [],
        cut: cutOf(location),
        byHand: location.type === 'manual' || location.type === 'youtube-manual',
        extension: location.type === 'archive' ? 'mkv' : containers[location.container ?? 'mpegts'].extension,
        attemptsLimit: location.attempts ?? defaultAttempts,
        encoding: encodingOf(location),
        backend: backendOf(location, apis, temporary),
      },
    ]),
  )
}

function cutOf({ type, cut = 'fast' }: LocationConfiguration): PublishedCutType {
  if (type === 'archive') return type
  return cut === 'smart' ? 'fast' : cut
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

function backendOf(location: LocationConfiguration, apis: ReadonlyMap<string, Api>, temporaryFolder: string): Backend {
  switch (location.type) {
    case 'local':
      return localBackend(folderOf(location, false))
    case 'archive':
      // whoever finds it in years knows by its description alone what it is
      return archiveBackend(folderOf(location, true))
    case 's3':
      return s3BackendOf(location)
    case 'manual':
      return manualBackend()
    case 'youtube-manual':
    case 'youtube':
      return youtubeOf(location, apis, temporaryFolder)
  }
}

function folderOf(
  { path, url_prefix: urlPrefix, write_json }: { path: string; url_prefix?: string; write_json?: boolean },
  usuallyWritesJson: boolean,
): FolderOptions {
  return { path, ...(urlPrefix !== undefined && { urlPrefix }), writeJson: write_json ?? usuallyWritesJson }
}

function youtubeOf(
  location: Extract<LocationConfiguration, { account: string }>,
  apis: ReadonlyMap<string, Api>,
  temporaryFolder: string,
): Backend {
  const api = apis.get(location.account)
  if (api === undefined) throw new Error(`no account ${location.account}`)
  // nothing is sent where people upload themselves
  const own: Partial<Extract<LocationConfiguration, { type: 'youtube' }>> = location.type === 'youtube' ? location : {}
  const { category_id = '23', language = 'en', chunk_mebibytes = 8, upload = 'chunks' } = own
  return youtubeBackend(api, {
    categoryId: category_id,
    language,
    upload,
    temporaryFolder,
    resumable: { ...usualResumable, chunkBytes: chunk_mebibytes * 4 * MULTIPLE_BYTES },
  })
}

/** What a node tells the others of its locations. */
export const offer = (locations: ReadonlyMap<string, Location>): Record<string, OfferedLocation> =>
  Object.fromEntries(
    [...locations].map(([name, { type, cut, account, unlistedOnly, tags, backend }]) => [
      name,
      {
        type,
        cut,
        ...(account !== null && { account }),
        ...(unlistedOnly && { unlisted_only: true }),
        ...(tags.length > 0 && { tags }),
        ...(backend.update !== undefined && { updates: true }),
      },
    ]),
  )
