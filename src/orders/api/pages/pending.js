
// Look again, less and less often, until the answer is another one. Then load it: it is the receipt, or the reason.
const LONGEST = 15_000
let pause = 2_000

async function isPending() {
  const ask = { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" }
  try {
    const { status } = await fetch(location.href, ask)
    return status === 202 || status === 429 || status >= 500
  } catch {
    return true
  }
}

async function look() {
  if (!document.hidden && !(await isPending())) return location.reload()
  pause = Math.min(pause * 1.25, LONGEST)
  setTimeout(look, pause)
}

setTimeout(look, pause)
