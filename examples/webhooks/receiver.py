import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["ORDERS_WEBHOOK_SECRET"])
seen = set()  # in your shop: a table of your database


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.send_error(400)
            return
        if event["id"] not in seen:
            print(event["type"], event["data"].get("orderId"), flush=True)  # in your shop: queue it, and return
            seen.add(event["id"])
        self.send_response(204)
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8010"))), Receiver).serve_forever()
