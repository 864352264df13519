//! Which files a run looks at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
use akvlint::discover::{Exclude, WalkOptions, WalkProblem, Walked, look_into, walk};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

struct Tree {
    folder: TempDir,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for (path, text) in files {
            let path = tree.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        tree
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn walk(&self, paths: &[&str], options: &WalkOptions) -> Walked {
        let paths: Vec<PathBuf> = paths.iter().map(|path| self.path(path)).collect();
        walk(&paths, options)
    }

    /// The paths found, without that of the tree; a named one with `!`.
    fn found(&self, paths: &[&str], options: &WalkOptions) -> Vec<String> {
        let walked = self.walk(paths, options);
        assert_eq!(walked.problems, []);
        self.names(&walked)
    }

    fn names(&self, walked: &Walked) -> Vec<String> {
        let name = |path: &Path| {
            path.strip_prefix(self.folder.path())
                .unwrap()
                .to_string_lossy()
                .into_owned()
        };
        walked
            .files
            .iter()
            .map(|file| name(&file.path) + if file.named { "!" } else { "" })
            .collect()
    }
}

fn options() -> WalkOptions {
    WalkOptions {
        ignore_files: true,
        exclude: Vec::new(),
        threads: 2,
    }
}

fn all_files() -> WalkOptions {
    WalkOptions {
        ignore_files: false,
        ..options()
    }
}

#[test]
fn endings_and_hidden_folders() {
    let tree = Tree::new(&[
        ("a.json", ""),
        ("b.JSONC", ""),
        ("c.bicep", ""),
        ("d.bicepparam", ""),
        ("e.arm", ""),
        ("f.ndjson", ""),
        ("g.jsonl", ""),
        ("h.txt", ""),
        ("json", ""),
        (".hidden/i.json", ""),
        (".git/j.json", ""),
        ("sub/.git/k.json", ""),
    ]);
    let found = tree.found(&[""], &options());
    assert_eq!(
        found,
        [
            ".hidden/i.json",
            "a.json",
            "b.JSONC",
            "c.bicep",
            "d.bicepparam",
            "e.arm",
            "f.ndjson",
            "g.jsonl"
        ]
    );
}

#[test]
fn gitignore_counts_without_a_repository_too() {
    let tree = Tree::new(&[
        (".gitignore", "out/\n*.local.json\n!keep.local.json\n"),
        ("a.json", ""),
        ("b.local.json", ""),
        ("keep.local.json", ""),
        ("out/c.json", ""),
        ("sub/.gitignore", "d.json"),
        ("sub/d.json", ""),
        (".ignore", "a.json"),
    ]);
    assert_eq!(tree.found(&[""], &options()), ["a.json", "keep.local.json"]);
    assert_eq!(tree.found(&[""], &all_files()).len(), 5);
}

#[test]
fn gitignore_above_a_named_folder_counts_up_to_the_root_of_the_repository() {
    let files = [
        ("x/.gitignore", "*.local.json"),
        ("x/y/a.json", ""),
        ("x/y/b.local.json", ""),
        (".gitignore", "a.json"),
    ];
    let tree = Tree::new(&files);
    assert_eq!(
        tree.found(&["x/y"], &options()),
        ["x/y/a.json", "x/y/b.local.json"]
    );
    fs::create_dir(tree.path("x/.git")).unwrap();
    assert_eq!(tree.found(&["x/y"], &options()), ["x/y/a.json"]);
}

#[test]
fn what_is_named_is_looked_at_though_it_is_ignored() {
    for pattern in ["out/", "out/*", "out/**", "*"] {
        let tree = Tree::new(&[
            (".gitignore", pattern),
            ("out/a.json", ""),
            ("out/b.txt", ""),
            ("out/c.bicep", ""),
        ]);
        fs::create_dir(tree.path(".git")).unwrap();
        assert_eq!(
            tree.found(&["out"], &options()),
            ["out/a.json", "out/c.bicep"],
            "{pattern}"
        );
        assert_eq!(
            tree.found(&["", "out/b.txt", "out/c.bicep"], &options()),
            ["out/b.txt!", "out/c.bicep!"],
            "{pattern}"
        );
    }
}

#[test]
fn excluded_is_excluded_even_if_named() {
    let tree = Tree::new(&[
        ("a.json", ""),
        ("tests/b.json", ""),
        ("sub/tests/c.json", ""),
        ("sub/d.json", ""),
        ("sub/e.parameters.json", ""),
    ]);
    let excluding = |globs: &[&str]| {
        let exclude = Exclude::new(tree.folder.path(), globs.iter().copied()).unwrap();
        WalkOptions {
            exclude: vec![exclude],
            ..options()
        }
    };
    assert_eq!(
        tree.found(&[""], &excluding(&["tests"])),
        ["a.json", "sub/d.json", "sub/e.parameters.json"]
    );
    assert_eq!(
        tree.found(&[""], &excluding(&["/tests/**", "*.parameters.json"])),
        ["a.json", "sub/d.json", "sub/tests/c.json"]
    );
    assert_eq!(
        tree.found(&[""], &excluding(&["sub/**/c.json", "a.json"])),
        ["sub/d.json", "sub/e.parameters.json", "tests/b.json"]
    );
    assert_eq!(
        tree.found(
            &["sub/tests/c.json", "sub/tests", "a.json"],
            &excluding(&["tests/"])
        ),
        ["a.json!"]
    );
    assert!(
        Exclude::new(Path::new("."), ["a{b"])
            .unwrap_err()
            .to_string()
            .starts_with("`a{b` is not a glob pattern")
    );
}

#[test]
fn a_missing_path_is_a_named_problem_and_the_rest_is_found() {
    let tree = Tree::new(&[("a.json", "")]);
    let walked = tree.walk(&["gone.json", "a.json"], &options());
    assert_eq!(tree.names(&walked), ["a.json!"]);
    let [problem] = &walked.problems[..] else {
        panic!("{:?}", walked.problems)
    };
    assert_eq!(
        *problem,
        WalkProblem::Named {
            path: tree.path("gone.json"),
            cause: ErrorKind::NotFound
        }
    );
    assert!(problem.is_named());
    assert!(
        problem
            .to_string()
            .ends_with("gone.json: there is no such file or folder")
    );
}

#[test]
fn a_file_is_found_once_in_an_order_that_threads_do_not_change() {
    let names: Vec<String> = (0..300)
        .map(|index| format!("d{}/e{}/f{index}.json", index % 7, index % 11))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let tree = Tree::new(&files);
    let found = |threads| {
        tree.found(
            &["d1", "", "d1/e1/f1.json", "d2/../d2"],
            &WalkOptions {
                threads,
                ..options()
            },
        )
    };
    let one = found(1);
    assert_eq!(one.len(), 300);
    assert_eq!(one.iter().filter(|name| name.ends_with('!')).count(), 1);
    assert_eq!(one, found(8));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_are_followed_once_and_loops_end() {
        let tree = Tree::new(&[
            ("repo/a/x.json", ""),
            ("shared/y.bicep", ""),
            ("shared/z.json", ""),
            ("shared/data", "{}"),
        ]);
        symlink("../a", tree.path("repo/a/loop")).unwrap();
        symlink("..", tree.path("repo/a/up")).unwrap();
        symlink("a", tree.path("repo/b")).unwrap();
        symlink("a/x.json", tree.path("repo/w.json")).unwrap();
        symlink(tree.path("shared"), tree.path("repo/modules")).unwrap();
        symlink(tree.path("shared"), tree.path("repo/other")).unwrap();
        symlink(tree.path("repo/a"), tree.path("shared/back")).unwrap();
        symlink(tree.path("shared/data"), tree.path("repo/data.json")).unwrap();
        assert_eq!(
            tree.found(&["repo"], &options()),
            [
                "repo/a/x.json",
                "repo/data.json",
                "repo/modules/y.bicep",
                "repo/modules/z.json"
            ]
        );
    }

    #[test]
    fn links_that_lead_up_or_nowhere_are_problems() {
        let tree = Tree::new(&[("repo/x.json", ""), ("elsewhere.json", "")]);
        symlink("..", tree.path("repo/up")).unwrap();
        symlink("gone", tree.path("repo/dangling.json")).unwrap();
        symlink("self", tree.path("repo/self")).unwrap();
        let walked = tree.walk(&["repo"], &options());
        assert_eq!(tree.names(&walked), ["repo/x.json"]);
        let link = |name: &str| tree.path(&format!("repo/{name}"));
        assert_eq!(
            walked.problems,
            [
                WalkProblem::Dangling {
                    path: link("dangling.json")
                },
                WalkProblem::Dangling { path: link("self") },
                WalkProblem::Upward { path: link("up") },
            ]
        );
    }

    #[test]
    fn a_link_to_something_ignored_does_not_bring_it_back() {
        let tree = Tree::new(&[
            (".gitignore", "out/"),
            ("out/a.json", ""),
            ("out/sub/b.json", ""),
        ]);
        symlink("out/sub", tree.path("sub")).unwrap();
        symlink("out/a.json", tree.path("a.json")).unwrap();
        assert_eq!(tree.found(&[""], &options()), Vec::<String>::new());
        assert_eq!(tree.found(&["sub"], &options()), ["sub/b.json"]);
    }

    #[test]
    fn names_that_are_not_utf8_are_found() {
        let tree = Tree::new(&[]);
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.json");
        fs::write(tree.folder.path().join(name), "{}").unwrap();
        let walked = tree.walk(&[""], &options());
        assert_eq!(walked.files[0].path.file_name(), Some(name));
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_a_problem_and_the_rest_is_found() {
        let tree = Tree::new(&[("a.json", ""), ("closed/b.json", "")]);
        let closed = tree.path("closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        let privileged = fs::read_dir(&closed).is_ok();
        let walked = tree.walk(&[""], &options());
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
        if !privileged {
            assert_eq!(tree.names(&walked), ["a.json"]);
            assert_eq!(
                walked.problems,
                [WalkProblem::Unreadable {
                    path: closed,
                    cause: ErrorKind::PermissionDenied
                }]
            );
        }
    }
}

#[test]
fn a_look_into_a_folder_leaves_the_folders_in_it_alone() {
    let tree = Tree::new(&[
        ("x/a.json", ""),
        ("x/y/b.json", ""),
        ("z/c.json", ""),
        ("x/d.txt", ""),
    ]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(tree.path("z"), tree.path("x/link")).unwrap();
        symlink(tree.path("z/c.json"), tree.path("x/e.json")).unwrap();
    }
    let looked = look_into(&tree.path("x"), &options());
    let names = looked.files.iter().map(|file| file.path.file_name());
    let names: Vec<_> = names.map(|name| name.unwrap().to_str().unwrap()).collect();
    let expected: &[&str] = if cfg!(unix) {
        &["a.json", "e.json"]
    } else {
        &["a.json"]
    };
    assert_eq!(names, expected);
    assert_eq!(looked.problems, []);
}
