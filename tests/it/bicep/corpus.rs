//! Real files, by hand: `AKVLINT_CORPUS=folder cargo test --profile fast --test it -- --ignored bicep::corpus`.
//!
//! The folder has a list `valid_bicep.txt` of files without a syntax error.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use akvlint::syntax::bicep::{Arena, Dialect, lexer, parse};

use super::invariants;

fn files() -> Vec<(PathBuf, String)> {
    let root = std::env::var_os("AKVLINT_CORPUS").expect("AKVLINT_CORPUS names a folder");
    let root = Path::new(&root);
    let list = std::fs::read_to_string(root.join("valid_bicep.txt")).unwrap();
    list.lines()
        .map(|line| root.join(line))
        .filter_map(|path| Some((path.clone(), std::fs::read_to_string(path).ok()?)))
        .collect()
}

fn dialect(path: &Path) -> Dialect {
    if path
        .extension()
        .is_some_and(|extension| extension == "bicepparam")
    {
        Dialect::Parameters
    } else {
        Dialect::Template
    }
}

/// The least of a few runs.
fn time(mut run: impl FnMut()) -> Duration {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap()
}

#[test]
#[ignore = "needs a corpus"]
fn valid_files_have_no_errors() {
    let files = files();
    assert!(!files.is_empty());
    let mut broken = 0;
    for (path, text) in &files {
        invariants::check(text, dialect(path));
        let arena = Arena::default();
        let file = parse(text, dialect(path), &arena);
        for error in &file.errors {
            let line = text[..error.span.range().start].lines().count();
            println!("{}:{line}: {error}", path.display());
        }
        broken += usize::from(!file.errors.is_empty());
    }
    println!("{} files", files.len());
    assert_eq!(broken, 0, "files with errors");
}

#[test]
#[ignore = "needs a corpus"]
fn parsing_is_fast() {
    let files = files();
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let mut slowest = (Duration::ZERO, Path::new(""));
    let (mut lexing, mut parsing) = (Duration::ZERO, Duration::ZERO);
    for (path, text) in &files {
        lexing += time(|| drop(lexer::lex(text)));
        let spent = time(|| drop(parse(text, dialect(path), &Arena::for_text(text.len()))));
        parsing += spent;
        slowest = slowest.max((spent, path));
    }
    let speed = |spent: Duration| bytes as f64 / 1e6 / spent.as_secs_f64();
    println!(
        "{} files, {bytes} bytes: lex {:.0} MB/s, lex and parse {:.0} MB/s; slowest {:?} for {}",
        files.len(),
        speed(lexing),
        speed(parsing),
        slowest.0,
        slowest.1.display()
    );
    assert!(slowest.0 < Duration::from_millis(10));
}
