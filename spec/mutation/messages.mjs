import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

/** Texts with a space are for people: what they say is no behaviour that a spec should pin. All others are mutated. */
const messages = {
  shouldIgnore(path) {
    if (path.isStringLiteral() && path.node.value.includes(' ')) return 'a message'
    if (path.isTemplateLiteral() && path.node.quasis.some(({ value }) => value.raw.includes(' '))) return 'a message'
    return undefined
  },
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'messages', messages)]
