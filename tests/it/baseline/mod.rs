//! Baselines and `--diff-base`, as their users run them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests may panic"
)]

mod edits;
mod file;
mod revision;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program;

/// A run of the program.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect(&self.stderr)
    }

    /// Rule, verdict and line of the findings that are reported.
    fn findings(&self) -> Vec<(String, String, u64)> {
        let document = self.json();
        let findings = document["findings"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = findings.iter().map(|finding| {
            let line = finding["location"]["startLine"].as_u64().unwrap();
            (text(&finding["rule"]), text(&finding["verdict"]), line)
        });
        findings.collect()
    }

    /// How many findings the baseline holds.
    fn baselined(&self) -> u64 {
        let document = self.json();
        document["summary"]["verdicts"]["baselined"]
            .as_u64()
            .unwrap()
    }
}

fn akvlint(folder: &Path, arguments: &[&str]) -> Ran {
    let (code, stdout, stderr) = program::akvlint(folder, arguments);
    Ran {
        code,
        stdout,
        stderr,
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A vault that fails AKV101 and AKV202, and more.
fn vault(symbol: &str, name: &str, rule: &str) -> String {
    format!(
        "resource {symbol} 'Microsoft.KeyVault/vaults@2026-02-01' = {{
  name: {name}
  location: 'westeurope'
  properties: {{
    enablePurgeProtection: true
    networkAcls: {{
      defaultAction: 'Allow'
      ipRules: [
        {{ value: '{rule}' }}
      ]
    }}
  }}
}}
"
    )
}
