"""What Lambda and SQS do on AWS, on one machine: the template read, functions called, queues kept in memory."""
