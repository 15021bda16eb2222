import { createServer } from "node:http"
import { buffer } from "node:stream/consumers"
import { Webhook } from "standardwebhooks"

const webhook = new Webhook(process.env.ORDERS_WEBHOOK_SECRET)
const seen = new Set() // in your shop: a table of your database

createServer(async (request, response) => {
  let event
  try {
    event = webhook.verify(await buffer(request), request.headers)
  } catch {
    return response.writeHead(400).end()
  }
  if (!seen.has(event.id)) {
    console.log(event.type, event.data.orderId) // in your shop: queue it, and return
    seen.add(event.id)
  }
  response.writeHead(204).end()
}).listen(process.env.PORT ?? 8010, "127.0.0.1")
