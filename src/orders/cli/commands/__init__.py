"""The commands: their options, their help, and what they print."""
