import { findProgram, isExecutable, run } from './commands.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macOs = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * The browser that the specs of pages use: CHROMIUM_PATH, else the first that is on the PATH.
 * `{ name, path }`, `{ missing: true }`, or `{ problem }`: a line for a person.
 */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH
  const path =
    given || [...names.map(findProgram), ...macOs].find((place) => place !== undefined && isExecutable(place))
  if (path === undefined) return { missing: true }
  // Ubuntu's package of that name is only a script that asks for snap: seeing the file is not enough
  const version = await run(path, ['--version'])
  const name = /^(?:Chromium|Google Chrome) [\d.]+/m.exec(version.output)?.[0]
  if (!version.ok || name === undefined) {
    return {
      problem: `${path} does not run as a browser. Install Chromium or Google Chrome and name it by CHROMIUM_PATH.`,
    }
  }
  return { name, path }
}
