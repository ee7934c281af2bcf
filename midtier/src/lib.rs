//! The service with the API: bundles, runs, hosts, risk objects; who asks and who may see.
