/** Every page. A new one is a path in src/http/console/paths.ts, a file in pages/, and a line here. */
import { type ComponentType, lazy } from 'react'
import { type PagePath, pagePaths } from '../http/console/paths.js'

export interface Page {
  readonly title: string
  readonly Show: ComponentType
  /** Its place in the navigation, with the key that follows `g`; null where other pages lead to it. */
  readonly key: string | null
  /** The path of the page that it is part of, where it is not in the navigation itself. */
  readonly within?: PagePath
}

// the first page that is seen comes with the rest; the others when they are asked for
import { Board } from './pages/Board.js'

export const pages: Readonly<Record<PagePath, Page>> = {
  '/': { title: 'Board', key: 'b', Show: Board },
  '/videos': { title: 'Videos', key: 'v', Show: lazy(() => import('./pages/Videos.js')) },
  '/videos/:id': { title: 'Video', key: null, within: '/videos', Show: lazy(() => import('./pages/Video.js')) },
  '/attention': { title: 'Attention', key: 'a', Show: lazy(() => import('./pages/Attention.js')) },
  '/nodes': { title: 'Nodes', key: 'n', Show: lazy(() => import('./pages/Nodes.js')) },
  '/locations': { title: 'Locations', key: 'l', Show: lazy(() => import('./pages/Locations.js')) },
  '/coverage': { title: 'Coverage', key: 'c', Show: lazy(() => import('./pages/Coverage.js')) },
  '/edit': { title: 'Edit', key: 'e', Show: lazy(() => import('./pages/Edit.js')) },
  '/edit/:id': { title: 'Edit', key: null, within: '/edit', Show: lazy(() => import('./pages/Edit.js')) },
}

export const navigation = pagePaths.flatMap((path) => {
  const { key, title } = pages[path]
  return key === null ? [] : [{ path, key, title }]
})
