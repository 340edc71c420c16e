/** A folder in which each video is a file, as a destination. */
import type { Backend } from './backend.js'
import { folderBackend, type FolderOptions } from './folder/folder.js'
import { oneFile } from './folder/layout.js'

export const localBackend = (options: FolderOptions): Backend => folderBackend(options, oneFile)
