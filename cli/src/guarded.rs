//! Words of files that are named by a configuration and have a secret in them: tokens, passwords in URLs, secrets of clients.

use std::path::Path;

use leat_tls::{GuardedError, read_guarded, with_sources};
use zeroize::Zeroizing;

/// How much such a file may have: a URL of a database with all that it may say is shorter.
const FILE_BYTES_MAX: u64 = 64 << 10;

/// What stands in a file that its owner alone may read, without the space around it; in words, with the file's name, why it is not read.
pub(crate) fn text(file: &Path) -> Result<Zeroizing<String>, String> {
    let bytes = read_guarded(file, FILE_BYTES_MAX).map_err(|error: GuardedError| with_sources(&error))?;
    let text = str::from_utf8(&bytes).map_err(|_| format!("{} holds no text", file.display()))?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_others_may_read_is_refused_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        fs::write(&file, " geheim\n").unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        assert_eq!(text(&file).unwrap().as_str(), "geheim");
        fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        let refused = text(&file).unwrap_err();
        assert!(
            refused.ends_with(&format!("chmod 600 {}", file.display())) && !refused.contains("geheim"),
            "{refused}"
        );
        assert!(text(Path::new("/nowhere/token")).unwrap_err().contains("/nowhere/token"));
    }
}
