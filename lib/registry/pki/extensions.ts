import type { Extension } from '@peculiar/asn1-x509'

/** An extension that was read. */
export interface ReadExtension<T> {
  readonly isCritical: boolean
  readonly value: T
}

/** The extensions of one certificate: what is known is taken out, and what is critical must not be left. */
export class Extensions {
  readonly #left: Map<string, Extension>
  readonly #read: <T>(der: Buffer, type: new () => T) => T

  constructor(extensions: readonly Extension[], read: <T>(der: Buffer, type: new () => T) => T) {
    this.#left = new Map(extensions.map(extension => [extension.extnID, extension]))
    this.#read = read
    if (this.#left.size !== extensions.length) throw new TypeError('an extension stands there twice')
  }

  /** Takes out an extension by its object identifier. */
  take<T>(identifier: string, type: new () => T): ReadExtension<T> | undefined {
    const extension = this.#left.get(identifier)
    if (extension === undefined) return undefined
    this.#left.delete(identifier)
    return { isCritical: extension.critical, value: this.#read(Buffer.from(extension.extnValue.buffer), type) }
  }

  /** The object identifier of one that was not taken out, and must not be ignored. */
  get critical(): string | undefined {
    return [...this.#left.values()].find(extension => extension.critical)?.extnID
  }
}
