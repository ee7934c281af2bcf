//! Paths that come from elsewhere and must stay inside a directory here.

/// How long a path in a bundle or of an output may be, bytes.
const PATH_BYTES_MAX: usize = 1024;

/// A path that could lead out of the directory it is meant for.
#[derive(Debug, thiserror::Error)]
#[error("the path {path:?} {why}")]
pub struct BadPath {
    path: String,
    why: &'static str,
}

/// Refuses a path that is not plainly below the directory it is joined to: absolute, with `..`, `.` or an empty step, with
/// control characters, too long. Use it before any path of a manifest or report is joined to a directory.
///
/// # Errors
/// Names the path and what is wrong with it.
pub fn require_inside(path: &str) -> Result<(), BadPath> {
    let refuse = |why| Err(BadPath { path: path.chars().take(200).collect(), why });
    if path.is_empty() || path.len() > PATH_BYTES_MAX {
        return refuse("is empty or longer than 1024 bytes");
    }
    if path.chars().any(|c| c.is_control() || c == '\\') {
        return refuse("holds a control character or a backslash");
    }
    if path.starts_with('/') {
        return refuse("is absolute; it must be relative");
    }
    if path.split('/').any(|step| matches!(step, "" | "." | "..")) {
        return refuse("holds an empty step, `.` or `..`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_inside_is_fine() {
        for path in ["a", "in/trades.csv", "in/.hidden", "a b/ü.csv", "..a/b.."] {
            assert!(require_inside(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn a_path_that_could_lead_out_is_refused() {
        let long = "a/".repeat(600) + "a";
        for path in ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "a\\b", "a\0b", "a\nb", &long] {
            assert!(require_inside(path).is_err(), "{path:?}");
        }
    }
}
