/** What wubloader's restreamer serves, at its paths. Each group of routes is a file of this folder. */
import type { Route } from '../route.js'
import { chatRoutes } from './chat.js'
import { cutRoutes } from './cuts.js'
import { extraRoutes } from './extras.js'
import { generateRoutes } from './generateVideos.js'
import { listRoutes } from './lists.js'
import { pictureRoutes } from './pictures.js'
import { playlistRoutes } from './playlists.js'
import { segmentRoutes } from './segments.js'
import { thumbnailRoutes } from './thumbnails.js'

export const restreamerRoutes: readonly Route[] = [
  ...listRoutes,
  ...extraRoutes,
  ...segmentRoutes,
  ...playlistRoutes,
  ...cutRoutes,
  ...pictureRoutes,
  ...thumbnailRoutes,
  ...chatRoutes,
  ...generateRoutes,
]
