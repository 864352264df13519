//! How a file is called in reports.
use memchr::memchr2_iter;
use std::borrow::Cow;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf, is_separator};

/// A path with `/` between its parts, without `./` before it; a name that is not UTF-8 loses what is not. The folder that
/// paths are relative to, of which nothing is left, is `.`.
pub(crate) fn for_people(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        return ".".to_owned();
    }
    // Taking a path apart is slow, and most start otherwise.
    let starts_with_dot = path.as_os_str().as_encoded_bytes().starts_with(b".");
    let rest = match starts_with_dot {
        true => path.strip_prefix(".").ok(),
        false => None,
    };
    let text = rest
        .filter(|rest| !rest.as_os_str().is_empty())
        .unwrap_or(path);
    // Looking for what is not UTF-8 takes longer than seeing that it is.
    let text = match text.to_str() {
        Some(text) => Cow::Borrowed(text),
        None => text.to_string_lossy(),
    };
    if MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(MAIN_SEPARATOR, "/")
    }
}

/// What is left of a path below a folder; both have all links resolved. Names are compared without taking paths apart,
/// which is slow, as long as they are text.
pub(super) fn below<'p>(path: &'p Path, folder: &Path) -> Option<&'p Path> {
    let (Some(path), Some(folder)) = (path.to_str(), folder.to_str()) else {
        return path.strip_prefix(folder).ok();
    };
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() || folder.ends_with(is_separator) {
        return Some(Path::new(rest));
    }
    rest.strip_prefix(is_separator).map(Path::new)
}

/// Whether a path may have parts that [`without_detours`] takes out. It has none where no name is empty or starts with a dot.
pub(super) fn has_detours(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    let may_be_detour = |start: usize| {
        let first = bytes.get(start);
        first.is_none_or(|first| *first == b'.' || is_separator(char::from(*first)))
    };
    // What stands before the first separator is a name, or nothing, which is the root.
    bytes.first().is_none_or(|first| *first == b'.')
        || memchr2_iter(b'/', MAIN_SEPARATOR as u8, bytes).any(|at| may_be_detour(at + 1))
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
            assert!(has_detours(Path::new(path)) || plain == path, "{path}");
        }
        for path in ["/a/b.json", "a/b..c", "a"] {
            assert!(!has_detours(Path::new(path)), "{path}");
            assert_eq!(without_detours(Path::new(path)), Path::new(path));
        }
    }

    #[test]
    fn only_what_is_in_a_folder_is_below_it() {
        for (path, folder, expected) in [
            ("/a/b/c", "/a", Some("b/c")),
            ("/a/b/c", "/", Some("a/b/c")),
            ("/a", "/a", Some("")),
            ("/ab/c", "/a", None),
            ("/b", "/a", None),
        ] {
            let found = below(Path::new(path), Path::new(folder));
            assert_eq!(found, expected.map(Path::new), "{path}");
        }
    }

    #[test]
    fn a_name_that_is_not_utf8_is_printed_all_the_same() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"./a/\xff.json"));
        assert_eq!(for_people(path), "a/\u{fffd}.json");
    }
}
