//! The midtier and scheduler state in SQLite or PostgreSQL, over sqlx.
