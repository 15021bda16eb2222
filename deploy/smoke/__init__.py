"""`make smoke`: does a real deployment on AWS what no emulator can show? Ends in a report to paste into an issue."""
