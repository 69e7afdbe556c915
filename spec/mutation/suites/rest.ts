import { load, suiteOfMutated } from './mutated.js'

await load(suiteOfMutated().rest)
