/** What wubloader's restreamer serves, at its paths. Each group of routes is a file of this folder. */
import type { Route } from '../route.js'
import { listRoutes } from './lists.js'
import { segmentRoutes } from './segments.js'

export const restreamerRoutes: readonly Route[] = [...listRoutes, ...segmentRoutes]
