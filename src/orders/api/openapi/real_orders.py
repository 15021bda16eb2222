"""Three orders of real shops, as examples of what can be posted."""

from typing import Any

GERMAN_SHOP: dict[str, Any] = {
    "orderId": "RE-2026-1017",
    "orderNumber": "RE 2026-1017",
    "placedAt": "2026-11-23T18:30:00+01:00",
    "customerName": "Jana Vogel",
    "customerEmail": "jana@example.com",
    "customerAddress": {
        "lines": ["Lindenallee 4"], "postalCode": "04109", "city": "Leipzig", "country": "DE",
    },
    "currency": "EUR",
    "locale": "de-DE",
    "pricesIncludeTax": True,
    "items": [
        {
            "name": "Espressotasse", "description": "Steingut, blau", "sku": "CUP-4", "quantity": 4,
            "unitPrice": "8.90", "discount": {"percent": "10"}, "taxRate": "19", "taxName": "MwSt.",
        },
        {"name": "Kaffee", "quantity": "0.5", "unit": "kg", "unitPrice": "37.90", "taxRate": "7", "taxName": "MwSt."},
    ],
    "discounts": [{"name": "Herbstaktion", "amount": "5.00"}],
    "charges": [{"kind": "shipping", "name": "Versand", "amount": "4.90", "taxRate": "19", "taxName": "MwSt."}],
    "payments": [
        {"method": "voucher", "label": "Gutschein", "reference": "G-7731", "amount": "20.00"},
        {"method": "paypal", "amount": "30.89", "paidAt": "2026-11-23T18:31:12+01:00"},
    ],
    "metadata": {"channel": "web"},
}  # fmt: skip
"""Prices include VAT. There is a discount on a line and on the whole order, and a voucher pays a part."""

CANADIAN_SHOP: dict[str, Any] = {
    "orderId": "QC-20881",
    "orderNumber": "#20881",
    "customerName": "Luc Tremblay",
    "customerCompany": "Atelier Tremblay inc.",
    "customerReference": "PO 4471",
    "currency": "CAD",
    "locale": "fr-CA",
    "items": [
        {
            "name": "Lampe de bureau", "quantity": 2, "unitPrice": "89.95",
            "taxes": [{"name": "TPS", "rate": "5"}, {"name": "TVQ", "rate": "9.975"}],
        },
    ],
    "charges": [
        {
            "kind": "shipping", "name": "Livraison", "amount": "12.00",
            "taxes": [{"name": "TPS", "rate": "5"}, {"name": "TVQ", "rate": "9.975"}],
        },
    ],
    "deliveryAddress": {
        "name": "Réception", "lines": ["1200, rue Saint-Denis"], "postalCode": "H2X 3J6", "city": "Montréal",
        "region": "QC", "country": "CA",
    },
}  # fmt: skip
"""Prices without tax, and two taxes on each line: GST and QST. Nothing is paid yet."""

CAFE: dict[str, Any] = {
    "orderId": "till-2-0417",
    "customerName": "Walk-in customer",
    "currency": "EUR",
    "locale": "it-IT",
    "pricesIncludeTax": True,
    "items": [
        {"name": "Torta della nonna", "quantity": "0.250", "unit": "kg", "unitPrice": "26.00", "taxRate": "10"},
        {"name": "Cappuccino", "quantity": 2, "unitPrice": "1.80", "taxRate": "10"},
    ],
    "payments": [{"method": "card", "label": "Visa", "last4": "4242", "amount": "10.10"}],
}  # fmt: skip
"""A café that sells 250 g of cake by weight, paid by card."""
