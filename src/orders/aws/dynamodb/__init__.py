"""The table of orders on DynamoDB."""
