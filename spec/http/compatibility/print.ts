import { compatibilityDocument } from './document.js'

process.stdout.write(await compatibilityDocument())
