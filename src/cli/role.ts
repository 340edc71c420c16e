/** `reelstate role`: who may do what, by the e-mail address that they sign in with. */
import { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import {
  listRoles,
  removeRoles,
  type Role,
  type RoleFlags,
  roles,
  rolesIn,
  type RolesOf,
  setRoles,
} from '../log/roles.js'
import { table } from './console.js'
import { exitCodes, Failure, refused } from './failure.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'

export const roleCommand = (): Command =>
  new Command('role')
    .description(
      'See and change who may do what: editors edit videos, artists templates, operators do all that unsticks.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate role list\n  reelstate role set ada@example.org --editor --operator --name Ada\n  reelstate role remove ada@example.org',
    )
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('List who may sign in, and what each may do.')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate role list\n  reelstate role list --json | jq ".[] | select(.operator) | .email"',
    )
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const all = await listRoles(db)
        console.result(all, () => (all.length === 0 ? 'Nobody has a role.' : tableOf(all)))
      }),
    )

const tableOf = (all: readonly RolesOf[]): string =>
  table(
    ['e-mail', 'name', 'roles', 'changed (UTC)', 'by'],
    all.map((one) => [
      one.email,
      one.name,
      rolesText(one),
      one.changed_at.slice(0, 19).replace('T', ' '),
      one.changed_by ?? '',
    ]),
  )

export const rolesText = (flags: RoleFlags): string => rolesIn(flags).join(', ') || 'reads only'

interface SetOptions extends GlobalOptions, Partial<Record<Role, true>> {
  readonly name?: string
}

const setCommand = (): Command =>
  new Command('set')
    .description('Give somebody exactly these roles, instead of those that they had; without any they may only read.')
    .argument('<email>', 'the address that they sign in with, in whatever case')
    .option('--editor', 'may edit videos')
    .option('--artist', 'may change templates of thumbnails')
    .option('--operator', 'may reset, retry, resolve and pause')
    .option('--name <name>', 'what they are called (default: as before)')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate role set ada@example.org --editor --name Ada\n  reelstate role set grace@example.org --editor --artist --operator',
    )
    .action((email: string, _, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>()
      return withDatabase(options, async ({ db, console }) => {
        const given = roles.filter((role) => options[role])
        const outcome = await setRoles(db, email, given, options.name ?? null, { actor: actor() })
        if (isLeft(outcome)) throw refused(outcome.left)
        console.result(outcome.right, () => `${outcome.right.email}: ${rolesText(outcome.right)}`)
      })
    })

const removeCommand = (): Command =>
  new Command('remove')
    .description('Take all roles from somebody, at once: whoever is signed in may do nothing more.')
    .argument('<email>', 'the address')
    .addHelpText('after', '\nExample:\n  reelstate role remove ada@example.org')
    .action((email: string, _, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        if (!(await removeRoles(db, email)))
          throw new Failure(
            `nobody with the address ${JSON.stringify(email)} has a role; reelstate role list has those who do`,
            exitCodes.invalid,
          )
        console.result({ email, removed: true }, () => `${email} may do nothing any more`)
      }),
    )
