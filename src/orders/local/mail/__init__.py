"""Mail on one machine: by SMTP, or kept in the outbox."""
