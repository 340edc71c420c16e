/** Where it goes, who may see it there, and which nodes may cut it. */
import type { EditingSettings } from '../answers.js'
import type { EditForm } from './form.js'

interface Props {
  readonly form: EditForm
  readonly settings: EditingSettings
  /** Where it goes, and how it is cut, stays as it is. */
  readonly isLocked: boolean
  readonly onChange: (changes: Partial<EditForm>) => void
}

export function DestinationFields({ form, settings, isLocked, onChange }: Props) {
  const names = Object.keys(settings.locations).sort()
  const chosen = settings.locations[form.location]
  const isUnlisted = chosen?.unlisted_only === true
  return (
    <>
      <div className="field">
        <label htmlFor="edit-location">Location</label>
        <select
          id="edit-location"
          value={form.location}
          disabled={isLocked}
          onChange={(event) => onChange({ location: event.target.value })}
        >
          <option value="">choose one</option>
          {[...new Set([...names, ...(form.location === '' ? [] : [form.location])])].map((name) => (
            <option key={name} value={name}>
              {name}
              {settings.locations[name] !== undefined
                ? ` (${settings.locations[name].type}, cut ${settings.locations[name].cut})`
                : ' (no node offers it)'}
            </option>
          ))}
        </select>
      </div>
      <label className="tick">
        <input
          type="checkbox"
          checked={form.isPublic}
          onChange={(event) => onChange({ isPublic: event.target.checked })}
        />
        Public: anybody finds it there
        {isUnlisted && <span className="quiet"> (nothing of this location is listed, whatever is chosen)</span>}
      </label>
      <label className="tick">
        <input
          type="checkbox"
          checked={form.allowHoles}
          disabled={isLocked}
          onChange={(event) => onChange({ allowHoles: event.target.checked })}
        />
        Allow holes: what footage is missing is left out
      </label>
      <label className="field">
        Only these nodes may cut it, with commas between them
        <input
          value={form.uploaders}
          disabled={isLocked}
          placeholder="any node"
          onChange={(event) => onChange({ uploaders: event.target.value })}
        />
      </label>
    </>
  )
}
