//! A compute host: its agent takes runs, fetches their bundles and runs each in a worker.
