"""QR codes (ISO/IEC 18004)."""

from zxingcpp import BarcodeFormat, create_barcode


def svg(text: str) -> str:
    """The code of a text as an SVG picture, without the quiet zone around it."""
    return create_barcode(text, BarcodeFormat.QRCode, ec_level="L").to_svg(add_quiet_zones=False)
