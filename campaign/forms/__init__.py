"""What people fill in: the shape of what they send, checked; whether it may be done is a service's."""
