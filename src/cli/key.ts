/** `reelstate key`: keys with which scripts sign in. */
import { Command, InvalidArgumentError } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { addKey, type Key, listKeys, revokeKey } from '../log/keys.js'
import { type Role, roles } from '../log/roles.js'
import { paint, table } from './console.js'
import { exitCodes, Failure, refused } from './failure.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'
import { rolesText } from './role.js'

export const keyCommand = (): Command =>
  new Command('key')
    .description('See, make and revoke keys with which scripts sign in ("Authorization: Bearer KEY").')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate key list\n  reelstate key add sheet --role editor\n  reelstate key revoke sheet',
    )
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(revokeCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('List keys by their first letters: what each may do, and when it was last used, to ten minutes.')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate key list\n  reelstate key list --json | jq ".[] | select(.last_used_at == null)"',
    )
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const keys = await listKeys(db)
        console.result(keys, () => (keys.length === 0 ? 'No keys.' : tableOf(keys)))
      }),
    )

const tableOf = (keys: readonly Key[]): string =>
  table(
    ['name', 'begins with', 'roles', 'made (UTC)', 'by', 'last used (UTC)', 'revoked (UTC)'],
    keys.map((key) => [
      key.name,
      key.prefix,
      rolesText(key),
      time(key.created_at),
      key.created_by ?? '',
      time(key.last_used_at) || 'never',
      key.revoked_at === null ? '' : `${time(key.revoked_at)}${key.revoked_by === null ? '' : ` by ${key.revoked_by}`}`,
    ]),
  )

const time = (at: string | null): string => at?.slice(0, 19).replace('T', ' ') ?? ''

const addCommand = (): Command =>
  new Command('add')
    .description('Make a key and print it, once: it is kept as a hash, and nobody can show it again.')
    .argument('<name>', 'what it is for; the log has it as the one who acts')
    .option('--role <role>', 'what it may do; may be given several times (default: it only reads)', addRole, [])
    .addHelpText(
      'after',
      '\nThe key is all of standard output, so that it can go where it is needed without being seen.\n\nExamples:\n  reelstate key add sheet --role editor > sheet.key\n  reelstate key add console --role editor --role operator --json\n  reelstate key add nodes',
    )
    .action((name: string, _, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { role: Role[] }>()
      return withDatabase(options, async ({ db, console }) => {
        const outcome = await addKey(db, name, options.role, { actor: actor() })
        if (isLeft(outcome)) {
          if (outcome.left._tag === 'Invalid') throw refused(outcome.left)
          throw new Failure(
            `there is a key ${JSON.stringify(name)} already; revoke it first (reelstate key revoke ${name}), or choose another name`,
            exitCodes.invalid,
          )
        }
        const { key, secret } = outcome.right
        console.result({ ...key, key: secret }, () => secret)
        console.note(`${key.name}: ${rolesText(key)}. This is the only time that it is shown.`)
      })
    })

function addRole(text: string, all: readonly Role[]): readonly Role[] {
  const role = roles.find((one) => one === text)
  if (role === undefined) throw new InvalidArgumentError(`Allowed are ${roles.join(', ')}.`)
  return [...all, role]
}

const revokeCommand = (): Command =>
  new Command('revoke')
    .description('From now on the key is good for nothing. Its name may be given to another.')
    .argument('<name>', 'the key')
    .addHelpText('after', '\nExample:\n  reelstate key revoke sheet')
    .action((name: string, _, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const key = await revokeKey(db, name, { actor: actor() })
        if (key === null) {
          const good = (await listKeys(db)).filter(({ revoked_at }) => revoked_at === null)
          throw new Failure(
            `there is no key ${JSON.stringify(name)}; allowed are ${good.map((one) => one.name).join(', ') || 'none yet'}`,
            exitCodes.invalid,
          )
        }
        console.result(key, () => `${paint('bold', key.name)} (${key.prefix}…) is revoked`)
      }),
    )
