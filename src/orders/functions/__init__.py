"""The Lambda functions, one file each: parse the event, call the use case, answer."""
