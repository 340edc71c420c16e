// `npm run docs:http`: docs/http.md, made of the declared routes.
import { writeFileSync } from 'node:fs'
import { permissionsOf } from '../src/http/openapi/permissions.js'
import { routes } from '../src/http/routes.js'

writeFileSync(new URL('../docs/http.md', import.meta.url), permissionsOf(routes))
