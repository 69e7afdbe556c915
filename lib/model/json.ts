/** A value of a JSON text. Objects made by us have no prototype. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** An object of a JSON text. */
export interface JsonObject {
  readonly [name: string]: JsonValue
}
