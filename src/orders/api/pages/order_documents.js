
// Dates as the reader's language writes them, in the shop's time zone.
const form = { dateStyle: "long", timeZone: document.querySelector("ul").dataset.zone }
for (const each of document.querySelectorAll("time")) {
  each.textContent = new Date(each.dateTime).toLocaleDateString(document.documentElement.lang, form)
}
