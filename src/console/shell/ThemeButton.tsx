import { useSetting } from '../settings/setting.js'
import { theme } from '../settings/theme.js'

const signs = { system: '◐', light: '○', dark: '●' } as const

/** Goes from one choice of colours to the next. */
export function ThemeButton() {
  const chosen = useSetting(theme)
  const next = theme.choices[(theme.choices.indexOf(chosen) + 1) % theme.choices.length] ?? 'system'
  const label = `Colours: ${chosen}; change to ${next}`
  return (
    <button type="button" className="round" onClick={() => theme.set(next)} aria-label={label} title={label}>
      {signs[chosen]}
    </button>
  )
}
