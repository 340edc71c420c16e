/** What has to be typed before a command can be sent. */
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import type { Row } from '../answers.js'
import { api } from '../api.js'
import { type Field, isNeeded, orphansOf, type Written } from './deeds.js'

interface Props {
  readonly fields: readonly Field[]
  readonly forced: boolean
  readonly written: Written
  readonly onWrite: (written: Written) => void
  /** The video's own; undefined where it is about many. */
  readonly row?: Row | undefined
}

export function Fields({ fields, forced, written, onWrite, row }: Props) {
  return fields.map((field) => (
    <FieldInput
      key={field.name}
      {...{ field, row }}
      needed={isNeeded(field, forced)}
      text={written[field.name] ?? ''}
      onText={(text) => onWrite({ ...written, [field.name]: text })}
    />
  ))
}

interface InputProps {
  readonly field: Field
  readonly needed: boolean
  readonly text: string
  readonly onText: (text: string) => void
  readonly row: Row | undefined
}

function FieldInput({ field: { name, label, hint, of }, needed, text, onText, row }: InputProps) {
  const id = useId()
  const common = {
    id,
    name,
    required: needed,
    value: text,
    ...(hint !== undefined && { 'aria-describedby': `${id}-hint` }),
  }
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} <small className="quiet">{needed ? 'needed' : 'may be left out'}</small>
      </label>
      {of === undefined ? (
        <input type="text" autoComplete="off" {...common} onChange={({ target }) => onText(target.value)} />
      ) : (
        <select {...common} onChange={({ target }) => onText(target.value)}>
          <option value="">{needed ? 'Choose…' : 'none'}</option>
          {of === 'orphans' ? <OrphanOptions row={row} /> : <LocationOptions />}
        </select>
      )}
      {hint !== undefined && (
        <small id={`${id}-hint`} className="quiet">
          {hint}
        </small>
      )}
    </div>
  )
}

const OrphanOptions = ({ row }: { readonly row: Row | undefined }) =>
  orphansOf(row).map(({ id, upload_location: location, video_link: link }) => (
    <option key={id} value={id}>
      {link ?? id} at {location}
    </option>
  ))

function LocationOptions() {
  const { data } = useQuery({ queryKey: ['locations'], queryFn: ({ signal }) => api.locations(signal) })
  return data?.locations.map(({ name }) => (
    <option key={name} value={name}>
      {name}
    </option>
  ))
}
