"""The page that the code on a receipt or credit note leads to. Its script sends a file's hash to its own address."""

from html import escape

from orders.api.http import Answer
from orders.api.pages import layout
from orders.api.pages.speech import Speech
from orders.order.document import Kind
from orders.shop import shop

_OF_A_KIND = ("verify", "verify_yes", "verify_no")
"""The words that say what kind of document it is."""


def answer(speech: Speech, kind: Kind = Kind.RECEIPT) -> Answer:
    """The page is the same for every document of a kind, since the script reads the order id from the address.

    Raises:
        Misconfigured: the shop's file can't be used.
    """
    pages = {**speech.pages, **{name: speech.about(kind, name) for name in _OF_A_KIND}}
    main = layout.template("verification.html").substitute(
        {name: escape(word) for name, word in pages.items()},
        verify_text=layout.filled(pages["verify_text"], order='<b id="order" dir="auto"></b>'),
        verify_script=layout.filled(pages["verify_script"], parameter="<code>?sha256=</code>"),
        zone=escape(shop.configured().time_zone),
    )
    return layout.answer(200, speech, pages["verify"], main, script=layout.text("verification.js"))
