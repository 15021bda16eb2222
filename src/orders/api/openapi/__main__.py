"""Write what describes the API anew: `make schema`."""

from orders.api.openapi import generated

for path, text in generated.files().items():
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
