"""The page that the code on a receipt leads to. Its script sends a file's fingerprint to its own address."""

from html import escape

from orders.api.http import Answer
from orders.api.pages import layout
from orders.api.pages.speech import Speech


def answer(speech: Speech) -> Answer:
    """The page is the same for every order id, since the script reads the id from the address.

    Raises:
        Misconfigured: the shop's file can't be used.
    """
    pages = speech.pages
    main = layout.template("verification.html").substitute(
        {name: escape(word) for name, word in pages.items()},
        verify_text=layout.filled(pages["verify_text"], order='<b id="order" dir="auto"></b>'),
        verify_script=layout.filled(pages["verify_script"], parameter="<code>?sha256=</code>"),
    )
    return layout.answer(200, speech, pages["verify"], main, script=layout.text("verification.js"))
