/** Cuts as they are downloaded, beside ffmpeg's copy of the same stretch into a file. */
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { copiedByFfmpeg, type Place } from '../http.js'
import { type Figure, figure, ratios } from '../figure.js'
import { T0 } from '../stream.js'
import { byTurns } from './measure.js'

const FROM_SECONDS = 4.75
const SECONDS = 600

export async function benchDownloads(place: Place): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const type of ['rough', 'fast']) {
    process.stderr.write(`${type} cut, downloaded\n`)
    const took = await byTurns(
      place.repeats,
      () => downloaded(place, type),
      () => copiedByFfmpeg(place, FROM_SECONDS, SECONDS),
    )
    const seconds = took.ours.map((ms) => ms / 1000)
    figures.push(figure(`10 min ${type} cut, downloaded`, 's', seconds))
    figures.push(figure(`10 min ${type} cut, downloaded / ffmpeg -c copy`, '', ratios(took.ours, took.theirs), '≤ 1.5'))
  }
  return figures
}

/** @returns milliseconds */
async function downloaded({ url, folder }: Place, type: string): Promise<number> {
  const iso = (seconds: number) => new Date(T0 + seconds * 1000).toISOString().replace('Z', '')
  const query = `start=${iso(FROM_SECONDS)}&end=${iso(FROM_SECONDS + SECONDS)}&type=${type}`
  const file = join(folder, 'downloaded.ts')
  const begun = performance.now()
  await new Promise<void>((resolve, reject) => {
    get(`${url}/cut/bench/source.ts?${query}`, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${type} cut: ${answer.statusCode}`))
      else pipeline(answer, createWriteStream(file)).then(resolve, reject)
    }).once('error', reject)
  })
  const ms = performance.now() - begun
  await rm(file)
  return ms
}
