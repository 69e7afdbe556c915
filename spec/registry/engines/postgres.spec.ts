import { describeEngine } from './engine-conformance.js'
import { POSTGRES, preparePostgres } from './postgres-engine.js'

describeEngine('PostgresRegistry', POSTGRES, preparePostgres)
