/** In the order of the document. Each of wubloader's services has its file here. */
import { coverage } from './coverage.js'
import { restreamer } from './restreamer.js'
import type { CompatibleSection } from './section.js'
import { thrimshim } from './thrimshim.js'

export const sections: readonly CompatibleSection[] = [thrimshim, restreamer, coverage]
