/** What browsers are shown. */
import { NEEDED_SECONDS, type Session } from './session.js'

export function drawHome(session: Session | undefined): string {
  if (session?.user === undefined) return draw('<p>Nobody is logged in.</p><p><a href="/login">Log in</a></p>')
  const seconds = Math.floor(session.secondsLeft)
  const due = seconds < NEEDED_SECONDS ? 'the next order refreshes it' : 'good enough for an order'
  return draw(`
    <p>Hello ${quote(session.user)}.</p>
    <form method="post" action="/buy"><button>Buy tea</button></form>
    <form method="post" action="/logout"><button>Log out</button></form>
    <p>Your access token stays on the server. It lasts ${seconds} more seconds: ${due}.</p>`)
}

/** What came of an order: what inventory said. */
export function drawOrder(knowledge: string): string {
  return draw(`<p>Your tea is on its way.</p><pre>${quote(knowledge)}</pre><p><a href="/">Back</a></p>`)
}

function draw(body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>shop</title>
<style>body { font: 16px/1.5 system-ui; max-width: 36rem; margin: 3rem auto; padding: 0 1rem } pre { white-space: pre-wrap }</style>
<h1>shop</h1>
${body}
</html>
`
}

function quote(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
