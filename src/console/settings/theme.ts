/** Dark or light: as the system has it, or as somebody chooses. */
import { setting } from './setting.js'

export const theme = setting('theme', ['system', 'light', 'dark'])

/** Tells the style sheet, by an attribute of the document, from now on. */
export function applyTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = (): void => {
    const chosen = theme.get()
    document.documentElement.dataset['theme'] = chosen === 'system' ? (system.matches ? 'dark' : 'light') : chosen
  }
  theme.subscribe(apply)
  system.addEventListener('change', apply)
  apply()
}
