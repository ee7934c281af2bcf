//! Queues between hosts over RabbitMQ: the Transport port over lapin.
