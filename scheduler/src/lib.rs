//! Where runs happen: observe, plan, commit, dispatch; and which hosts are on.
