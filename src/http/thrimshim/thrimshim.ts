/** What wubloader's thrimshim serves, at its paths. Each group of routes is a file of this folder. */
import type { Route } from '../route.js'
import { elsewhereRoutes } from './elsewhere.js'
import { eventThumbnailRoutes } from './eventThumbnail.js'
import { remedyRoutes } from './remedies.js'
import { rowRoutes } from './rows.js'
import { settingRoutes } from './settings.js'
import { templateRoutes } from './templates.js'
import { videoPlaylistRoutes } from './videoPlaylists.js'

export const thrimshimRoutes: readonly Route[] = [
  ...rowRoutes,
  ...remedyRoutes,
  ...settingRoutes,
  ...templateRoutes,
  ...eventThumbnailRoutes,
  ...videoPlaylistRoutes,
  ...elsewhereRoutes,
]
