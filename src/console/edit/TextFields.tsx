/** Title, description and tags, each with how much room there is left. */
import type { EditForm } from './form.js'
import type { Room, Rooms } from './limits.js'

interface Props {
  readonly form: EditForm
  readonly rooms: Rooms
  readonly onChange: (changes: Partial<EditForm>) => void
}

export function TextFields({ form, rooms, onChange }: Props) {
  return (
    <>
      <div className="field">
        <label htmlFor="edit-title">Title</label>
        <span className="with-prefix">
          {rooms.title.puts !== '' && <span className="prefix">{rooms.title.puts}</span>}
          <input
            id="edit-title"
            value={form.title}
            aria-describedby="title-room"
            aria-invalid={isFull(rooms.title)}
            onChange={(event) => onChange({ title: event.target.value })}
          />
        </span>
        <Left id="title-room" room={rooms.title} unit="characters" />
      </div>
      <div className="field">
        <label htmlFor="edit-description">Description</label>
        <textarea
          id="edit-description"
          rows={5}
          value={form.description}
          aria-describedby="description-room"
          aria-invalid={isFull(rooms.description)}
          onChange={(event) => onChange({ description: event.target.value })}
        />
        <Left id="description-room" room={rooms.description} unit="bytes" />
      </div>
      {rooms.description.puts !== '' && (
        <details className="put-on">
          <summary>What is put on after it</summary>
          <pre>{rooms.description.puts}</pre>
        </details>
      )}
      <div className="field">
        <label htmlFor="edit-tags">Tags, with commas between them</label>
        <input
          id="edit-tags"
          value={form.tags}
          aria-describedby="tags-room"
          aria-invalid={isFull(rooms.tags)}
          onChange={(event) => onChange({ tags: event.target.value })}
        />
        <Left id="tags-room" room={rooms.tags} unit="characters, commas and quotes counted" />
      </div>
    </>
  )
}

const isFull = ({ used, allowed }: Room): boolean => used > allowed

const Left = ({ id, room, unit }: { readonly id: string; readonly room: Room; readonly unit: string }) => (
  <small id={id} className={isFull(room) ? 'room error-line' : 'room quiet'} role={isFull(room) ? 'alert' : undefined}>
    {room.used} of {room.allowed} {unit}
    {isFull(room) && `: ${room.used - room.allowed} too many`}
  </small>
)
