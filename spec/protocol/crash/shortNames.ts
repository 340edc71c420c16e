/** Names without what is different in each run. */
import { ofVideo } from '../../../src/upload/folder/names.js'
import type { Run } from './run.js'

export function shortNames({ video }: Pick<Run, 'video'>): (name: string) => string {
  const hidden = ofVideo(video)
  const final = new RegExp(`-${video}-[0-9a-z-]+`, 'g')
  const attempt = new RegExp(`\\b${video}-\\w+`, 'g')
  return (name) =>
    name
      .replaceAll(hidden, '.')
      .replace(final, '-VIDEO-EDIT')
      .replace(attempt, 'ATTEMPT')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
}
