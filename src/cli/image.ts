/** `reelstate image`: images that an edit can name as its thumbnail. */
import { Command } from 'commander'
import { keepBlob } from '../log/blobs.js'
import { readImage } from './imageFile.js'
import { type GlobalOptions, withDatabase } from './opened.js'

export const imageCommand = (): Command =>
  new Command('image')
    .description("Store images for videos' thumbnails.")
    .addHelpText('after', '\nExample:\n  reelstate image add raffle.png')
    .addCommand(addCommand())

const addCommand = (): Command =>
  new Command('add')
    .description('Store a PNG or JPEG, and print its SHA-256: an edit names it by that as its thumbnail_image.')
    .argument('<file>', 'the image: at most 10 MiB, at most 4096 pixels wide and high')
    .addHelpText(
      'after',
      '\nThe same image again is the same one. What is too large for a destination is made smaller when it is published.\n\nExamples:\n  reelstate image add raffle.png\n  jq --arg image "$(reelstate image add raffle.png)" \'.thumbnail_mode = "CUSTOM" | .thumbnail_image = $image\' edit.json | reelstate edit k3f9w2m7qc --file -',
    )
    .action(async (file: string, _, command: Command) => {
      const { bytes, contentType, width, height } = await readImage('file', file)
      return withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const sha256 = await keepBlob(db, contentType, bytes)
        console.result({ sha256, contentType, width, height, bytes: bytes.length }, () => sha256)
      })
    })
