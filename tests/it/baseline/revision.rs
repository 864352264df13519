//! `--diff-base`: what is new since a revision.
use super::{Ran, akvlint, vault, write};
use std::fs;
use std::path::Path;
use std::process::Command;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "protocol.file.allow=always",
        ])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Whether the program is there; without it there is nothing to test.
fn has_git() -> bool {
    Command::new("git").arg("--version").output().is_ok()
}

#[test]
fn a_new_parameter_file_makes_nothing_new_of_its_template() {
    if !has_git() {
        return;
    }
    let folder = repository();
    let root = folder.path();
    write(root, "infra/main.bicepparam", "using 'main.bicep'\n");
    let ran = check(root, &["--diff-base", "HEAD", "infra/main.bicepparam"]);
    assert_eq!((ran.code, new(&ran).len()), (Some(0), 0), "{}", ran.stdout);
    assert_eq!(ran.baselined(), 2);
}

/// A repository whose one commit has a vault in a module.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q"]);
    write(
        root,
        "infra/modules/vault.bicep",
        &format!(
            "param name string\n{}",
            vault("vault", "name", "203.0.113.7/32")
        ),
    );
    write(
        root,
        "infra/main.bicep",
        "module vault 'modules/vault.bicep' = {\n  name: 'vault'\n  params: { name: 'kv-one' }\n}\n",
    );
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "one"]);
    folder
}

fn check(folder: &Path, more: &[&str]) -> Ran {
    akvlint(
        folder,
        &[&["check", "-f", "json", "--select", "AKV101,AKV202"], more].concat(),
    )
}

fn new(ran: &Ran) -> Vec<String> {
    let document = ran.json();
    let findings = document["findings"].as_array().unwrap().iter();
    let findings = findings.map(|finding| {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {}",
            text(&finding["rule"]),
            text(&finding["location"]["path"])
        )
    });
    findings.collect()
}

#[test]
fn only_what_is_new_since_the_revision_is_reported() {
    if !has_git() {
        return;
    }
    let folder = repository();
    let root = folder.path();
    let ran = check(root, &["--diff-base", "HEAD"]);
    assert_eq!((ran.code, ran.baselined()), (Some(0), 2), "{}", ran.stderr);
    // Moved, re-indented, and one more.
    let module = fs::read_to_string(root.join("infra/modules/vault.bicep")).unwrap();
    let module = module.replace("  ", "\t").replace("\n", "\r\n");
    let module = module.replace(
        "'203.0.113.7/32'",
        "'203.0.113.6/32' }\r\n { value: '203.0.113.7/32'",
    );
    write(
        root,
        "infra/modules/vault.bicep",
        &format!("// moved\r\n\r\n{module}"),
    );
    write(
        root,
        "new.bicep",
        &vault("vault", "'kv-new'", "203.0.113.7"),
    );
    for (folder, paths) in [
        (root.to_owned(), vec![]),
        (root.join("infra"), vec!["..", "../new.bicep"]),
    ] {
        for revision in ["HEAD", "main", "HEAD~0"] {
            let ran = check(&folder, &[&["--diff-base", revision], &paths[..]].concat());
            assert_eq!(new(&ran).len(), 2, "{}", ran.stdout);
            assert_eq!(ran.code, Some(1));
        }
    }
    // A hook names what changed.
    let ran = check(root, &["--diff-base", "HEAD", "infra/modules/vault.bicep"]);
    assert_eq!(new(&ran), ["AKV202 infra/modules/vault.bicep"]);
    let ran = check(root, &["--diff-base", "HEAD", "new.bicep"]);
    assert_eq!(new(&ran), ["AKV101 new.bicep"]);
    assert!(fs::read_dir(std::env::temp_dir()).unwrap().count() > 0);
    assert_eq!(git(root, &["status", "--short"]).lines().count(), 2);
}

#[test]
fn a_revision_that_cannot_be_read_ends_the_job() {
    if !has_git() {
        return;
    }
    let folder = repository();
    let root = folder.path();
    for revision in [
        "nosuch",
        "",
        "--help",
        "-x",
        "HEAD:infra",
        "HEAD~7",
        "a\u{1b}[31m",
    ] {
        let ran = check(root, &[&format!("--diff-base={revision}")]);
        assert_eq!(ran.code, Some(2), "{revision}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("knows no revision"),
            "{revision}: {}",
            ran.stderr
        );
    }
    write(root, "infra/main.bicep", "// changed\n");
    git(root, &["commit", "-qam", "two"]);
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", root.display());
    git(
        clones.path(),
        &["clone", "-q", "--depth", "1", &url, "shallow"],
    );
    let ran = check(&clones.path().join("shallow"), &["--diff-base", "HEAD~1"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("shallow clone"), "{}", ran.stderr);
    let ran = check(clones.path(), &["--diff-base", "HEAD", "."]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr
            .contains("needs a git repository with a worktree"),
        "{}",
        ran.stderr
    );
    let elsewhere = repository();
    let ran = check(
        root,
        &[
            "--diff-base",
            "HEAD",
            ".",
            elsewhere.path().to_str().unwrap(),
        ],
    );
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("in one repository"), "{}", ran.stderr);
    let output = Command::new(env!("CARGO_BIN_EXE_akvlint"))
        .current_dir(root)
        .env("PATH", "")
        .args(["check", "--diff-base", "HEAD"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("needs the program git"), "{said}");
    // What looks like a repository and is none must not lead to one above it.
    fs::create_dir(root.join("infra/.git")).unwrap();
    let ran = check(&root.join("infra"), &["--diff-base", "HEAD"]);
    assert_eq!(ran.code, Some(2));
}

/// A repository may come with a configuration and attributes that start programs. None of them does here.
#[cfg(unix)]
#[test]
fn nothing_of_the_repository_is_started() {
    use std::os::unix::fs::PermissionsExt;
    if !has_git() {
        return;
    }
    let folder = repository();
    let root = folder.path();
    let trap = root.join("trap.sh");
    let mark = root.join("sprung");
    write(
        root,
        "trap.sh",
        &format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", mark.display()),
    );
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    write(
        root,
        ".gitattributes",
        "* filter=trap diff=trap text eol=crlf ident export-subst\n",
    );
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "trap"]);
    let trap = trap.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "core.askPass",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "filter.trap.smudge",
        "filter.trap.clean",
        "filter.trap.process",
        "diff.trap.textconv",
        "diff.trap.command",
        "diff.external",
        "credential.helper",
        "gpg.program",
        "uploadpack.packObjectsHook",
        "pager.ls-tree",
        "pager.cat-file",
        "pager.rev-parse",
        "alias.ls-tree",
        "alias.cat-file",
    ] {
        let value = if key.starts_with("alias") || key == "credential.helper" {
            format!("!{trap}")
        } else {
            trap.to_owned()
        };
        git(root, &["config", key, &value]);
    }
    for hook in [
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
        "pre-auto-gc",
    ] {
        fs::copy(trap, root.join(".git/hooks").join(hook)).unwrap();
    }
    let _ = fs::remove_file(&mark);
    let ran = check(root, &["--diff-base", "HEAD"]);
    assert_eq!((ran.code, ran.baselined()), (Some(0), 2), "{}", ran.stderr);
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
}

/// A clone without contents would fetch them.
#[test]
fn nothing_is_fetched() {
    if !has_git() {
        return;
    }
    let folder = repository();
    git(folder.path(), &["config", "uploadpack.allowFilter", "true"]);
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    git(
        clones.path(),
        &[
            "clone",
            "-q",
            "--filter=blob:none",
            "--no-checkout",
            &url,
            "partial",
        ],
    );
    let clone = clones.path().join("partial");
    write(
        &clone,
        "main.bicep",
        &vault("vault", "'kv-one'", "203.0.113.7"),
    );
    let before = objects(&clone);
    let ran = check(&clone, &["--diff-base", "HEAD"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("git cannot read revision 'HEAD'"),
        "{}",
        ran.stderr
    );
    assert_eq!(objects(&clone), before);
}

fn objects(root: &Path) -> String {
    git(root, &["count-objects", "-v"])
}

/// A tree that no git makes: names that lead out of the folder that it is copied to.
#[cfg(unix)]
#[test]
fn a_hostile_tree_writes_nothing_elsewhere() {
    use std::io::Write;
    use std::process::Stdio;
    if !has_git() {
        return;
    }
    let folder = repository();
    let root = folder.path();
    let object = |kind: &str, content: &[u8]| {
        let mut child = Command::new("git")
            .current_dir(root)
            .args(["hash-object", "-t", kind, "-w", "--stdin", "--literally"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(content).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let tree = |entries: &[(&str, &str, &str)]| {
        let mut content = Vec::new();
        for (mode, name, object) in entries {
            content.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            let bytes = (0..object.len()).step_by(2);
            content.extend(bytes.map(|at| u8::from_str_radix(&object[at..at + 2], 16).unwrap()));
        }
        object("tree", &content)
    };
    let target = tempfile::tempdir().unwrap();
    let outside = target.path().to_str().unwrap();
    let text = object("blob", vault("vault", "'kv-one'", "203.0.113.7").as_bytes());
    let absolute = object("blob", outside.as_bytes());
    let up = object("blob", b"../..");
    let inner = tree(&[("100644", "owned.bicep", &text)]);
    let dots = tree(&[("40000", "..", &inner)]);
    let all = tree(&[
        ("100644", "../owned.bicep", &text),
        ("40000", "..", &dots),
        ("40000", ".git", &inner),
        ("120000", "link", &absolute),
        ("40000", "link", &inner),
        ("120000", "up", &up),
        ("40000", "up", &inner),
        ("100644", "main.bicep", &text),
    ]);
    let commit = git(root, &["commit-tree", "-m", "hostile", &all]);
    write(
        root,
        "main.bicep",
        &vault("vault", "'kv-one'", "203.0.113.7"),
    );
    let temporary = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_akvlint"))
        .current_dir(root)
        .env("TMPDIR", temporary.path())
        .args([
            "check",
            "-f",
            "json",
            "--select",
            "AKV101",
            "--diff-base",
            commit.trim(),
            "main.bicep",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(fs::read_dir(target.path()).unwrap().count(), 0);
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}
