"""Orders of real shops, each with other features, that a receipt must print as the customer was charged."""

from typing import Any

GERMAN_SHOP: dict[str, Any] = {
    "orderId": "wc-20417",
    "orderNumber": "RE 2026-0417",
    "placedAt": "2026-11-20T18:42:10+01:00",
    "customerName": "Jana Köhler",
    "currency": "EUR",
    "locale": "de-DE",
    "pricesIncludeTax": True,
    "customerAddress": {"lines": ["Lindenstraße 12"], "postalCode": "10969", "city": "Berlin", "country": "DE"},
    "items": [
        {
            "name": "Teekanne Hase",
            "description": "Farbe: Salbeigrün\nInhalt: 1,2 l",
            "sku": "TK-118",
            "quantity": 1,
            "unitPrice": "39.95",
            "taxRate": "19",
            "taxName": "MwSt.",
            "discount": {"name": "Herbstaktion", "percent": "15"},
        },
        {"name": "Grüner Tee, Bio", "quantity": 3, "unitPrice": "6.49", "taxRate": "7", "taxName": "MwSt."},
    ],
    "discounts": [{"name": "Newsletter", "amount": "5.00"}],
    "charges": [{"kind": "shipping", "name": "DHL Paket", "amount": "4.90", "taxRate": "19", "taxName": "MwSt."}],
    "payments": [
        {"method": "voucher", "label": "Geschenkkarte", "amount": "20.00", "reference": "GK-77Q2"},
        {"method": "paypal", "amount": "33.33", "paidAt": "2026-11-20T18:42:31+01:00"},
    ],
    "note": "Bitte als Geschenk verpacken.",
}

CANADIAN_SHOP: dict[str, Any] = {
    "orderId": "5551203",
    "orderNumber": "#1001",
    "placedAt": "2026-11-21T10:05:00-05:00",
    "customerName": "Chloé Tremblay",
    "currency": "CAD",
    "locale": "en-CA",
    "customerAddress": {
        "lines": ["4010 rue Saint-Denis", "app. 3"],
        "city": "Montréal",
        "region": "QC",
        "postalCode": "H2W 2M2",
        "country": "CA",
    },
    "items": [
        {
            "name": "Wool blanket",
            "quantity": 2,
            "unitPrice": "89.50",
            "taxes": [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}],
        },
        {"name": "Bread flour", "quantity": 1, "unitPrice": "8.25", "taxRate": "0", "taxCategory": "Z"},
    ],
    "charges": [
        {
            "kind": "shipping",
            "name": "Shipping",
            "amount": "12.00",
            "taxes": [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}],
        }
    ],
    "payments": [{"method": "card", "label": "Visa", "last4": "4242", "amount": "227.85"}],
}

CAFE: dict[str, Any] = {
    "orderId": "pos-88-1",
    "orderNumber": "88-1",
    "customerName": "Guest",
    "currency": "EUR",
    "locale": "en-IE",
    "pricesIncludeTax": True,
    "items": [
        {
            "name": "Ethiopia Guji, ground",
            "quantity": "0.250",
            "unit": "kg",
            "unitPrice": "38.00",
            "taxRate": "0",
            "taxCategory": "Z",
        },
        {"name": "Flat white", "quantity": 2, "unitPrice": "4.20", "taxRate": "13.5", "taxName": "VAT"},
    ],
    "charges": [{"kind": "tip", "name": "Tip", "amount": "2.00"}],
    "payments": [{"method": "card", "label": "Mastercard", "last4": "0817", "amount": "19.90"}],
}

SWISS_TILL: dict[str, Any] = {
    "orderId": "kasse-3-991",
    "customerName": "Laufkundschaft",
    "currency": "CHF",
    "locale": "de-CH",
    "pricesIncludeTax": True,
    "items": [
        {"name": "Ruchbrot", "quantity": 1, "unitPrice": "4.63", "taxRate": "2.6", "taxName": "MWST"},
        {"name": "Flasche zurück", "quantity": -3, "unitPrice": "0.50", "taxRate": "8.1", "taxName": "MWST"},
        {"name": "Süssmost", "quantity": 4, "unitPrice": "3.20", "taxRate": "8.1", "taxName": "MWST"},
    ],
    "rounding": "0.02",
    "payments": [{"method": "cash", "amount": "20.00"}],
}

EXPORTER: dict[str, Any] = {
    "orderId": "b2b-7",
    "orderNumber": "FA-2026/310",
    "customerName": "Mikkel Sørensen",
    "currency": "EUR",
    "locale": "fr-FR",
    "customerCompany": "Nordlys Interiør ApS",
    "customerTaxId": "DK12345674",
    "customerReference": "PO 4500017",
    "customerAddress": {"lines": ["Nørregade 41"], "postalCode": "1165", "city": "København K", "country": "DK"},
    "deliveryAddress": {
        "name": "Lager Syd",
        "lines": ["Sydhavnsgade 7", "Port 4"],
        "postalCode": "2450",
        "city": "København SV",
        "country": "DK",
    },
    "items": [
        {"name": "Lampe Brume", "quantity": 12, "unitPrice": "64.1250", "taxCategory": "K"},
        {"name": "Conseil", "quantity": "2.5", "unit": "h", "unitPrice": "80.00", "taxCategory": "AE"},
    ],
    "payments": [],
}

ENERGY: dict[str, Any] = {
    "orderId": "meter-9",
    "customerName": "Ada Byron",
    "currency": "USD",
    "locale": "en-US",
    "taxExemptionReason": "Resale certificate TX-7.",
    "items": [
        {"name": "Electricity", "quantity": 7000, "unit": "kWh", "unitPrice": "0.16517325", "taxCategory": "E"},
        {"name": "Meter reading", "quantity": 1, "unitPrice": "3.00", "discount": {"amount": "0.50"}},
    ],
    "total": "1158.71",
    "payments": [{"method": "transfer", "amount": "1000.00"}],
}

ONLY_THE_ORDERS_TAX: dict[str, Any] = {
    "orderId": "cart-5",
    "customerName": "Sam Lee",
    "currency": "USD",
    "locale": "en-US",
    "items": [{"name": "Mug", "quantity": 2, "unitPrice": "20.00"}],
    "taxes": [{"name": "Sales tax", "amount": "3.55"}],
    "total": "43.55",
}

JAPANESE_SHOP: dict[str, Any] = {
    "orderId": "jp-31",
    "orderNumber": "注文 31",
    "customerName": "髙橋 さくら",
    "currency": "JPY",
    "locale": "ja-JP",
    "pricesIncludeTax": True,
    "customerAddress": {
        "lines": ["丸の内1-1-1"],
        "city": "千代田区",
        "region": "東京都",
        "postalCode": "100-0005",
        "country": "JP",
    },
    "items": [
        {"name": "煎茶", "quantity": 3, "unitPrice": "1080", "taxRate": "8"},
        {"name": "急須", "quantity": 1, "unitPrice": "4400", "taxRate": "10", "unit": "個"},
    ],
    "payments": [{"method": "card", "label": "JCB", "last4": "1234", "amount": "7640"}],
}

ARABIC_SHOP: dict[str, Any] = {
    "orderId": "ar-12",
    "orderNumber": "#12-34",
    "customerName": "محمد",
    "currency": "SAR",
    "locale": "ar",
    "pricesIncludeTax": True,
    "items": [
        {"name": "قهوة", "description": "محمصة", "quantity": "0.5", "unit": "kg", "unitPrice": "92.00", "taxRate": "15"}
    ],
    "discounts": [{"name": "خصم العيد", "percent": "10"}],
    "payments": [{"method": "card", "label": "mada", "last4": "4242", "amount": "41.40"}],
}

EVERYTHING: dict[str, Any] = EXPORTER | {
    "orderId": "all-1",
    "orderNumber": "GST/24-25/0001",
    "placedAt": "2026-11-22T23:30:00-05:00",
    "locale": "en-GB",
    "customerAddress": {
        "lines": ["Flat 2", "12 Harbour Street"],
        "city": "Bristol",
        "postalCode": "BS1 4RW",
        "country": "GB",
    },
    "items": [
        {
            "name": "Oak shelf",
            "description": "Natural oil\n120 by 30 cm",
            "sku": "OS-120",
            "quantity": "2.5",
            "unit": "m",
            "unitPrice": "79.90",
            "taxRate": "20",
            "taxName": "VAT",
            "discount": {"name": "Ex-display", "percent": "12.5"},
        },
        {"name": "Shelf bracket", "quantity": -2, "unitPrice": "4.10", "taxRate": "20", "taxName": "VAT"},
        {
            "name": "Assembly",
            "quantity": 1,
            "unitPrice": "60.00",
            "taxes": [{"name": "City tax", "rate": "2"}, {"name": "Levy", "rate": "1.25", "compound": True}],
        },
        {"name": "Handbook", "quantity": 1, "unitPrice": "12.00", "taxRate": "0", "taxCategory": "Z", "taxName": "VAT"},
        {"name": "Insurance", "quantity": 1, "unitPrice": "9.00", "taxCategory": "E"},
        {"name": "Postage stamps", "quantity": 10, "unitPrice": "0.87654321"},
    ],
    "discounts": [{"name": "Welcome", "percent": "5"}, {"name": "Damaged box", "amount": "3.00", "taxRate": "20"}],
    "charges": [
        {"kind": "shipping", "name": "Courier", "amount": "7.50", "taxRate": "20", "taxName": "VAT"},
        {"kind": "tip", "name": "Tip for the driver", "amount": "2.00"},
    ],
    "rounding": "-0.02",
    "payments": [
        {"method": "voucher", "label": "Gift card", "amount": "50.00"},
        {
            "method": "card",
            "label": "Visa",
            "last4": "4242",
            "amount": "100.00",
            "paidAt": "2026-11-22T23:31:00-05:00",
            "reference": "pi_3Nq",
        },
    ],
    "metadata": {"channel": "never printed"},
    "note": "Leave it at the back door.",
}

ORDERS = {
    name.lower(): order for name, order in {**globals()}.items() if isinstance(order, dict) and "orderId" in order
}
