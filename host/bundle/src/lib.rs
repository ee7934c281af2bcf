//! A process made ready to run anywhere: its plan and every file it needs, by digest.
