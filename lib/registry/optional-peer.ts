import { OptionError } from '../errors.js'

/** Imports a driver that users install only if they want its engine. One that is missing is named (ERR_OPTION). */
export async function importPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new OptionError(`the package \`${name}\` cannot be loaded: npm install ${name}`, { cause })
  }
}
