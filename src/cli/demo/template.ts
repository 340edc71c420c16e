/** The template of the demo's thumbnail: a frame around the picture, and a title below it. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Db } from '../../log/database.js'
import { addTemplate, updateTemplate } from '../../log/templates.js'
import { Failure } from '../failure.js'

export const demoTemplate = 'demo'

const [width, height] = [1280, 720]
const picture =
  '<svg width="1280" height="720" xmlns="http://www.w3.org/2000/svg"><path fill="#16324f" fill-rule="evenodd" d="M0 0H1280V720H0ZM60 60V600H1220V60Z"/><text x="60" y="680" font-family="sans-serif" font-size="64" fill="#ffd166">Reelstate, a demo</text></svg>'

/** Puts it where it isn't yet. */
export async function keepDemoTemplate(db: Db, actor: string): Promise<void> {
  const { default: sharp } = await import('sharp')
  const bytes = await sharp(Buffer.from(picture)).png().toBuffer()
  const image = { bytes, contentType: 'image/png', width, height }
  const fields = { name: demoTemplate, location: [60, 60, 1220, 600] }
  const added = await addTemplate(db, fields, image, { actor })
  if (!isLeft(added)) return
  // left by an earlier demo
  const updated = await updateTemplate(db, demoTemplate, fields, image, { actor })
  if (isLeft(updated)) throw new Failure(`the template ${demoTemplate} can't be kept`)
}
