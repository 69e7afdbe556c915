import { REGISTRAR_THIEF } from './registrar-thief.js'
import { describeThief } from './thief.js'

describeThief(REGISTRAR_THIEF)
