"""What people enter: steps of officers, filters of queues."""
