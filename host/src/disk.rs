//! What a disk that fails is told with: where, why, and the way out.

use std::io;
use std::path::Path;

/// What went wrong with this file of the host's, for a person who was told of a run that failed.
pub(crate) fn trouble(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::StorageFull => format!(
            "the host's disk is full: {path} has no room; make room on it, or let `cache` in the host's configuration be \
             smaller; until then `leat hosts drain` keeps runs away from it"
        ),
        io::ErrorKind::QuotaExceeded => {
            format!(
                "the host's disk quota is used up: {path} has no room; raise it, or let the host's `cache` be smaller"
            )
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("the host's disk takes no writes: {path}; look why it was mounted again as read-only")
        }
        _ => format!("the host's disk failed: {path}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_with_the_way_out() {
        let told = trouble(Path::new("/var/lib/leat/contents/ab"), &io::Error::from_raw_os_error(28));
        assert!(told.starts_with("the host's disk is full: /var/lib/leat/contents/ab"), "{told}");
        assert!(told.contains("leat hosts drain") && told.contains("`cache`"), "{told}");
        let told = trouble(Path::new("/x"), &io::Error::from_raw_os_error(5));
        assert!(told.contains("/x") && told.contains("os error 5"), "{told}");
    }
}
