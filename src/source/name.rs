//! How a file is called in reports.
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// A path with `/` between its parts, without `./` before it; a name that is not UTF-8 loses what is not. The folder that
/// paths are relative to, of which nothing is left, is `.`.
pub(crate) fn for_people(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return ".".to_owned();
    }
    let text = path
        .strip_prefix(".")
        .ok()
        .filter(|rest| !rest.as_os_str().is_empty())
        .unwrap_or(path)
        .to_string_lossy();
    if MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(MAIN_SEPARATOR, "/")
    }
}

/// The path without `.`, and without `..` where it takes back a part before it. If that part is a symbolic link, it leads
/// somewhere else than the path did.
pub(super) fn without_detours(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn detours_are_taken_out() {
        for (path, plain) in [
            ("./a//b/./main.bicep", "a/b/main.bicep"),
            ("a/../modules/kv.bicep", "modules/kv.bicep"),
            ("../other/./y/../x.json", "../other/x.json"),
            ("../../x.json", "../../x.json"),
            ("/a/../x.json", "/x.json"),
        ] {
            assert_eq!(without_detours(Path::new(path)), Path::new(plain), "{path}");
        }
    }

    #[test]
    fn a_name_that_is_not_utf8_is_printed_all_the_same() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"./a/\xff.json"));
        assert_eq!(for_people(path), "a/\u{fffd}.json");
    }
}
