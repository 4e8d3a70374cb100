"""Orders: handlers, a service, storage."""
