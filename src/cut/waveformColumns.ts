/** How loud it is in each column of a waveform, and the picture of that. */
import { type FfmpegOptions, ffmpegOutput } from './ffmpeg.js'
import { ffmpegArguments } from './ffmpegArguments.js'

const LOUDEST = 32_768
const SAMPLE_BYTES = 2
export type Colour = readonly [red: number, green: number, blue: number]
const COLOUR: Colour = [0x4f, 0x86, 0xc6]
const PEAK_ALPHA = 0x78
const LOUDNESS_ALPHA = 0xff

export class Columns {
  readonly #peak: Float64Array
  readonly #squares: Float64Array
  readonly #count: Float64Array
  /** Half a sample, where a chunk ends in it. */
  #rest: Buffer = Buffer.alloc(0)

  constructor(
    readonly width: number,
    /** In samples. */
    private readonly length: number,
  ) {
    this.#peak = new Float64Array(width)
    this.#squares = new Float64Array(width)
    this.#count = new Float64Array(width)
  }

  /** Takes samples (16 bits, little-endian), the first of which is the one at `at`; returns which one comes next. */
  hear(chunk: Buffer, at: number): number {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const whole = bytes.length - (bytes.length % SAMPLE_BYTES)
    this.#rest = bytes.subarray(whole)
    let sample = at
    for (let byte = 0; byte < whole; byte += SAMPLE_BYTES, sample++) {
      if (sample < 0 || sample >= this.length) continue
      const column = Math.min(this.width - 1, Math.floor((sample * this.width) / this.length))
      const level = Math.abs(bytes.readInt16LE(byte)) / LOUDEST
      this.#peak[column] = Math.max(this.#peak[column] ?? 0, level)
      this.#squares[column] = (this.#squares[column] ?? 0) + level * level
      this.#count[column] = (this.#count[column] ?? 0) + 1
    }
    return sample
  }

  /** Of a column: the highest level, and the root mean square, 0 to 1. */
  levels(column: number): { readonly peak: number; readonly loudness: number } {
    const count = this.#count[column] ?? 0
    const loudness = count === 0 ? 0 : Math.sqrt((this.#squares[column] ?? 0) / count)
    return { peak: this.#peak[column] ?? 0, loudness }
  }
}

/** A PNG of it, `height` pixels high. Throws as ffmpegOutput. */
export async function drawn(
  columns: Columns,
  height: number,
  { colour = COLOUR, ...options }: FfmpegOptions & { readonly colour?: Colour },
): Promise<Buffer> {
  const args = ffmpegArguments({
    inputs: [['-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', `${columns.width}x${height}`]],
    maps: ['0:v:0'],
    outputOptions: ['-frames:v', '1', '-c:v', 'png'],
    format: 'image2pipe',
  })
  const chunks: Buffer[] = []
  for await (const chunk of ffmpegOutput({ args, inputs: [pixels(columns, height, colour)] }, options))
    chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Row by row, red, green, blue and alpha of each pixel. */
async function* pixels(columns: Columns, height: number, colour: Colour): AsyncGenerator<Buffer> {
  const levels = Array.from({ length: columns.width }, (_, column) => columns.levels(column))
  const middle = (height - 1) / 2
  for (let row = 0; row < height; row++) {
    const bytes = Buffer.alloc(columns.width * 4)
    // silence is a line of one pixel, or two where there is no middle one
    const away = Math.max(0, Math.abs(row - middle) - 0.5)
    levels.forEach(({ peak, loudness }, column) => {
      const alpha = away <= loudness * (height / 2) ? LOUDNESS_ALPHA : away <= peak * (height / 2) ? PEAK_ALPHA : 0
      if (alpha > 0) bytes.set([...colour, alpha], column * 4)
    })
    yield bytes
  }
}
