//! What hosts and the midtier say to each other, as protobuf.
