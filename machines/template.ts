/**
 * A template of thumbnails: an image that is laid over a frame of the stream. Both boxes are in the template's own pixels: a frame
 * of another size is first scaled to the template's, so that one template serves every quality.
 */
import * as t from 'io-ts'
import { Box, orNull, refined, Text, withDefault } from './codecs.js'
import { strictly } from './problems.js'

export const TemplateName = refined(
  t.string,
  'a name of 1 to 100 characters, not beginning or ending with a space, without control characters and /',
  (s) => s === s.trim() && /^[^\p{Cc}/]{1,100}$/u.test(s),
)

const columns = {
  name: TemplateName,
  /** For people who choose one. */
  description: Text,
  /** Whose work it is. */
  attribution: Text,
  /** Which part of the frame is shown; null for all of it. */
  crop: orNull(Box),
  /** Where in the template it is shown; null for all over. */
  location: orNull(Box),
}

/** What people say of a template, beside its image. */
export const TemplateFields = t.strict({
  name: columns.name,
  description: withDefault(columns.description, ''),
  attribution: withDefault(columns.attribution, ''),
  crop: withDefault(columns.crop, null),
  location: withDefault(columns.location, null),
})
export type TemplateFields = t.TypeOf<typeof TemplateFields>

/** What is left out stays as it is. */
export const TemplateChange = t.exact(t.partial(columns))
export type TemplateChange = t.TypeOf<typeof TemplateChange>

export const decodeTemplate = (input: unknown) => strictly(TemplateFields, Object.keys(columns), input)

export const decodeTemplateChange = (input: unknown) => strictly(TemplateChange, Object.keys(columns), input)
