"""Who the shop is, and in which words and colors it speaks."""
