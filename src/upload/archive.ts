/** A folder in which each publication is a folder of files, as a destination: they are all there at once, or none is. */
import type { Backend } from './backend.js'
import { folderBackend, type FolderOptions } from './folder/folder.js'
import { folderOfFiles } from './folder/layout.js'

export const archiveBackend = (options: FolderOptions): Backend => folderBackend(options, folderOfFiles)
