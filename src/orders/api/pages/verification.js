
const part = id => document.getElementById(id)
const words = part("answer").dataset
const [, order] = location.pathname.match(/\/receipt\/([^/]+)(?:\/(?:refunds|corrections)\/[^/]+)?\/verification$/)
part("order").textContent = decodeURIComponent(order)

function say(text, kind = "") {
  part("answer").textContent = text
  part("answer").className = kind
}

async function fingerprint(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer())
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, "0")).join("")
}

// Which document replaces the file, with the date as the shop's time zone has it.
function sayReplaced(by) {
  if (!by) return part("replaced").textContent = ""
  const form = { dateStyle: "long", timeZone: words.zone }
  const date = new Date(by.date).toLocaleDateString(document.documentElement.lang, form)
  const sentence = by.number ? words.replacedBy : words.replaced
  const filled = { "{number}": `\u2068${by.number}\u2069`, "{date}": date }
  part("replaced").textContent = sentence.replace(/{[a-z]+}/g, blank => filled[blank] ?? blank)
}

async function check(file) {
  if (!file) return
  sayReplaced(null)
  if (!globalThis.crypto?.subtle) return say(words.unsafe, "no")
  say(words.checking)
  const about = text => text.replace("{file}", () => `\u2068${file.name}\u2069`)
  try {
    const reply = await fetch(`?sha256=${await fingerprint(file)}`, { headers: { Accept: "application/json" } })
    if (!reply.ok) throw reply
    const { issued, replacedBy } = await reply.json()
    if (issued) say(about(words.yes), "yes")
    else say(about(words.no), "no")
    sayReplaced(replacedBy)
  } catch {
    say(words.unanswered, "no")
  }
}

part("file").addEventListener("change", event => check(event.target.files[0]))
for (const name of ["dragover", "dragleave", "drop"]) {
  part("drop").addEventListener(name, event => {
    event.preventDefault()
    part("drop").classList.toggle("over", name === "dragover")
    if (name === "drop") check(event.dataTransfer.files[0])
  })
}
