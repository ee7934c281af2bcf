//! Where the services of an installation are: the port, and the list that is written down.
