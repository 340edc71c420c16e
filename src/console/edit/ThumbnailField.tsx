/** The picture that is shown for the video: a frame of the stream, alone or under a template. */
import { api } from '../api.js'
import type { Template } from '../answers.js'
import { AskedPicture } from '../components/AskedPicture.js'
import type { ClockFormat } from '../player/clockTime.js'
import type { EditForm } from './form.js'
import { TimeField } from './TimeField.js'

interface Props {
  readonly form: EditForm
  readonly templates: readonly Template[]
  readonly format: ClockFormat
  /** An editor has given an image of their own. */
  readonly hasImage: boolean
  readonly onChange: (changes: Partial<EditForm>) => void
}

const modes: Readonly<Record<EditForm['thumbnail'], string>> = {
  NONE: 'none: the destination chooses',
  BARE: 'a picture of the stream',
  TEMPLATE: 'a picture of the stream under a template',
  CUSTOM: 'the image that was given',
}

export function ThumbnailField({ form, templates, format, hasImage, onChange }: Props) {
  const { thumbnail: mode, thumbnailMs: atMs, template, channel, quality } = form
  const choices = (Object.keys(modes) as EditForm['thumbnail'][]).filter(
    (one) => one === mode || (one === 'TEMPLATE' ? templates.length > 0 : one !== 'CUSTOM' || hasImage),
  )
  const isFrame = mode === 'BARE' || mode === 'TEMPLATE'
  const under = mode === 'TEMPLATE' ? template : null
  return (
    <>
      <div className="field">
        <label htmlFor="edit-thumbnail">Thumbnail</label>
        <select
          id="edit-thumbnail"
          value={mode}
          onChange={(event) => onChange({ thumbnail: event.target.value as EditForm['thumbnail'] })}
        >
          {choices.map((one) => (
            <option key={one} value={one}>
              {modes[one]}
            </option>
          ))}
        </select>
      </div>
      {mode === 'TEMPLATE' && (
        <div className="field">
          <label htmlFor="edit-template">Template</label>
          <select
            id="edit-template"
            value={template ?? ''}
            onChange={(event) => onChange({ template: event.target.value || null })}
          >
            <option value="">choose one</option>
            {templates.map(({ name, description }) => (
              <option key={name} value={name}>
                {description === '' ? name : `${name}: ${description}`}
              </option>
            ))}
          </select>
        </div>
      )}
      {isFrame && (
        <>
          <TimeField
            label="Its picture"
            atMs={atMs}
            format={format}
            onTime={(thumbnailMs) => onChange({ thumbnailMs })}
          />
          {atMs === null ? (
            <p className="quiet">Find it in the player, and take it (t).</p>
          ) : (
            channel !== '' && (
              <AskedPicture
                of={['frame', channel, quality, atMs, under]}
                ask={(signal) => api.frame({ channel, quality, atMs }, under, signal)}
                alt="The thumbnail as it would be"
                className="thumbnail"
              />
            )
          )}
        </>
      )}
    </>
  )
}
