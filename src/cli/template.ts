/** `reelstate template`: images that are laid over frames to make thumbnails. */
import { Command } from 'commander'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { readBlob } from '../log/blobs.js'
import type { Invalid } from '../log/commands.js'
import {
  addTemplate,
  getTemplate,
  listTemplates,
  type NameTaken,
  noTemplate,
  type NoTemplate,
  type Template,
  updateTemplate,
  videosWithTemplate,
} from '../log/templates.js'
import type { CheckedImage } from '../thumbnail/checkImage.js'
import { filled } from './arguments.js'
import { type Console, table } from './console.js'
import { exitCodes, Failure, refused } from './failure.js'
import { readImage } from './imageFile.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'
import { writeOutput } from './outputFile.js'
import { boxOption } from './pixels.js'

export const templateCommand = (): Command =>
  new Command('template')
    .description('See and change the templates of thumbnails.')
    .addHelpText(
      'after',
      '\nA template is a PNG that is laid over a frame of the stream. Its boxes are in its own pixels: the frame is scaled to its\nsize, cropped to --crop, scaled to --location, and seen there where the template is transparent.\n\nExamples:\n  reelstate template list\n  reelstate template add raffle raffle.png --crop 240,0,1680,1080 --location 40,60,1000,780',
    )
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(addCommand())
    .addCommand(updateCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('List templates.')
    .addHelpText('after', '\nExamples:\n  reelstate template list\n  reelstate template list --json | jq .[].name')
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const templates = await listTemplates(db)
        console.result(templates, () => (templates.length === 0 ? 'No templates.' : tableOf(templates)))
      }),
    )

const tableOf = (templates: readonly Template[]): string =>
  table(
    ['name', 'size', 'crop', 'location', 'attribution', 'description'],
    templates.map(({ name, width, height, crop, location, attribution, description }) => [
      name,
      `${width}x${height}`,
      boxText(crop),
      boxText(location),
      attribution,
      description,
    ]),
  )

const boxText = (box: readonly number[] | null): string => box?.join(',') ?? 'all'

const showCommand = (): Command =>
  new Command('show')
    .description('Show a template.')
    .argument('<name>', 'the template')
    .option('-o, --output <file>', 'write its PNG there; - is standard output', filled)
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate template show raffle\n  reelstate template show raffle -o raffle.png',
    )
    .action((name: string, _, command: Command) => {
      const { output, ...options } = command.optsWithGlobals<GlobalOptions & { output?: string }>()
      if (output === '-' && options.json)
        throw new Failure('--json and -o - both want standard output', exitCodes.invalid)
      return withDatabase(options, async ({ db, console }) => {
        const template = await getTemplate(db, name)
        if (template === null) return void done(await noTemplate(db, name))
        if (output !== undefined) {
          const image = await readBlob(db, template.image_sha256)
          if (image === null) throw new Failure(`image ${template.image_sha256} is not in the database`)
          await writeOutput(output, [image.content])
        }
        if (output !== '-') show(console, template)
      })
    })

const show = (console: Console, template: Template): void =>
  console.result(template, () =>
    [
      ['name', template.name],
      ['size', `${template.width}x${template.height}`],
      ['crop', boxText(template.crop)],
      ['location', boxText(template.location)],
      ['description', template.description],
      ['attribution', template.attribution],
      ['image', template.image_sha256],
      ['changed', `${template.changed_at}${template.changed_by === null ? '' : ` by ${template.changed_by}`}`],
    ]
      .filter(([, value]) => value !== '')
      .map(([field = '', value = '']) => `${field.padEnd(14)}${value}`)
      .join('\n'),
  )

interface FieldOptions extends GlobalOptions {
  readonly description?: string
  readonly attribution?: string
  readonly crop?: string
  readonly location?: string
}

const withFields = (command: Command): Command =>
  command
    .option('--description <text>', 'for those who choose one')
    .option('--attribution <text>', 'whose work it is')
    .option('--crop <l,t,r,b>', 'which part of the frame is shown; "all" (the default) is all of it')
    .option('--location <l,t,r,b>', 'where in the template it is shown; "all" (the default) is all over')

/** Those that were given. @throws Failure for what is no box. */
const fieldsOf = ({ description, attribution, crop, location }: FieldOptions) => ({
  ...(description !== undefined && { description }),
  ...(attribution !== undefined && { attribution }),
  ...(crop !== undefined && { crop: boxOption('--crop', crop) }),
  ...(location !== undefined && { location: boxOption('--location', location) }),
})

const addCommand = (): Command =>
  withFields(new Command('add').description('Add a template.'))
    .argument('<name>', 'by which edits name it')
    .argument('<file>', 'its PNG: at most 10 MiB, at most 4096 pixels wide and high')
    .addHelpText(
      'after',
      '\nExample:\n  reelstate template add raffle raffle.png --attribution "Ada" --location 40,60,1000,780',
    )
    .action(async (name: string, file: string, _, command: Command) => {
      const options = command.optsWithGlobals<FieldOptions>()
      const fields = { name, ...fieldsOf(options) }
      const image = await readImage('file', file)
      return withDatabase(options, async ({ db, console }) => {
        show(console, done(await addTemplate(db, fields, image, { actor: actor() })))
        warn(console, file, image)
      })
    })

const updateCommand = (): Command =>
  withFields(new Command('update').description('Change a template; what is not given stays as it is.'))
    .argument('<name>', 'the template')
    .option('--name <name>', 'its new name; edits that name it by the old one have to be changed')
    .option('--image <file>', 'a PNG instead of the one it has')
    .addHelpText(
      'after',
      '\nA published thumbnail stays as it is until its video is modified.\n\nExamples:\n  reelstate template update raffle --image raffle.png --location all\n  reelstate template update raffle --name raffle-2026',
    )
    .action(async (name: string, _, command: Command) => {
      const options = command.optsWithGlobals<FieldOptions & { name?: string; image?: string }>()
      const change = { ...(options.name !== undefined && { name: options.name }), ...fieldsOf(options) }
      const image = options.image === undefined ? null : await readImage('--image', options.image)
      if (Object.keys(change).length === 0 && image === null)
        throw new Failure(
          'nothing to change; allowed is any of --name, --image, --description, --attribution, --crop, --location',
          exitCodes.invalid,
        )
      return withDatabase(options, async ({ db, console }) => {
        show(console, done(await updateTemplate(db, name, change, image, { actor: actor() })))
        if (image !== null) warn(console, options.image ?? '', image)
        const left = options.name === undefined || options.name === name ? 0 : await videosWithTemplate(db, name)
        if (left > 0) console.note(`videos that still name it ${JSON.stringify(name)}: ${left}`)
      })
    })

function warn(console: Console, file: string, { hasAlpha }: CheckedImage): void {
  if (!hasAlpha) console.note(`${file} has no transparency: no frame will be seen under it`)
}

/** @throws Failure that says why not. */
function done(outcome: Either<Invalid | NameTaken | NoTemplate, Template>): Template {
  if (!isLeft(outcome)) return outcome.right
  const refusal = outcome.left
  switch (refusal._tag) {
    case 'Invalid':
      throw refused(refusal)
    case 'NameTaken':
      throw new Failure(`name: there is a template ${JSON.stringify(refusal.name)} already`, exitCodes.invalid)
    case 'NoTemplate':
      throw new Failure(
        `there is no template ${JSON.stringify(refusal.name)}; allowed are ${refusal.known.join(', ') || 'none yet'}`,
        exitCodes.invalid,
      )
  }
}
