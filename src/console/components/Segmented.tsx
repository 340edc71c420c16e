import { type Setting, useSetting } from '../settings/setting.js'

/** One of a few: a setting that is switched with one click, and seen without any. */
export function Segmented<T extends string>({
  label,
  of,
  hidden = [],
}: {
  readonly label: string
  readonly of: Setting<T>
  readonly hidden?: readonly T[]
}) {
  const chosen = useSetting(of)
  return (
    <fieldset className="segmented">
      <legend>{label}</legend>
      {of.choices
        .filter((choice) => !hidden.includes(choice))
        .map((choice) => (
          <label key={choice}>
            <input type="radio" name={label} checked={choice === chosen} onChange={() => of.set(choice)} />
            <span>{choice}</span>
          </label>
        ))}
    </fieldset>
  )
}
