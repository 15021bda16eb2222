"""Pages for customers, in their language and with the shop's name: about a receipt, or a file that may be one."""
