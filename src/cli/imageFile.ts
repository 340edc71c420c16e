import { open } from 'node:fs/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type CheckedImage, checkImage, LARGEST_IMAGE_BYTES } from '../thumbnail/checkImage.js'
import { exitCodes, Failure } from './failure.js'

/** The image in `file`, which came as `argument`. @throws Failure where there is none, or what is there is none. */
export async function readImage(argument: string, file: string): Promise<CheckedImage> {
  const checked = await checkImage(await readStart(argument, file))
  if (isLeft(checked)) throw new Failure(`${argument}: ${file}: ${checked.left}`, exitCodes.invalid)
  return checked.right
}

/** The whole file, or as much as it takes to see that it is too large: it may be a video, or have no end. */
async function readStart(argument: string, file: string): Promise<Buffer> {
  try {
    const handle = await open(file)
    try {
      const chunks: Buffer[] = []
      const end = LARGEST_IMAGE_BYTES
      for await (const chunk of handle.createReadStream({ end, autoClose: false })) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new Failure(`${argument}: ${error instanceof Error ? error.message : String(error)}`, exitCodes.invalid)
  }
}
