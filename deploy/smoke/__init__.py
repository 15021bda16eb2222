"""`make smoke`: check on a real deployment what no emulator can show, and print a report to paste into an issue."""
