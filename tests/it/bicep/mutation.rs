//! Good text made bad at random: no panic, and what holds of every text holds.
//!
//! `AKVLINT_FUZZ_ITERATIONS` sets the number of texts, `AKVLINT_FUZZ_SEED` where to begin, `AKVLINT_CORPUS` a folder of
//! files to begin from.

use std::time::{Duration, Instant};

use akvlint::syntax::bicep::Dialect;

use super::invariants;

/// Marsaglia's xorshift64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

const SEEDS: &[&str] = &[
    "targetScope = 'subscription'\nmetadata a = { b: 'c' }\n@secure()\n@sys.allowed([\n  'd'\n])\nparam e string? = 'f'\n",
    "var a = [for (b, i) in range(0, 3): { c: '${b}-${i}', ...d, 'e f': g ?? !h && i == 1 ? [1, -2] : null }]\n",
    "resource a 'b/c@1' = if (d) {\n  name: 'e'\n  properties: {\n    f: [\n      { g: h.i[?^1]!.?j }\n    ]\n  }\n\n  @batchSize(1)\n  resource k 'l' existing = [for m in n: if (m) {\n    name: m\n  }]\n}\n",
    "module a 'br/public:b:1' = [for c in d: {\n  name: 'e${c}'\n  params: { f: map(g, h => h.i), j: k((l, m) => l) }\n}]\noutput n string[] = a[0].outputs.o\n",
    "@export()\ntype a = {\n  @description('b')\n  c: 'd' | 'e' | -1 | null\n  *: f.g[*]?\n}\ntype h = [int, resourceInput<'i@1'>.j]\nfunc k(l string, m int[]) object =>\n  { n: l }\n",
    "import { a, 'b-c' as d } from 'e.bicep'\nimport * as f from 'g'\nextension 'h@1' with { i: j } as k\nassert l = m\ntest n 'o' = {}\n",
    "var a = '''\n  b ${c}\n'''\nvar d = $$'''\n  $${e} ''f'' $$$${'g'}\n'''\nvar h = 'i\\n\\u{1F600}é${'j${k}'}'\n",
    "// a\n#disable-next-line b c\nparam d int /* e */ = 1 + 2 * 3 % (4 - 5)\r\n\r\n#restore-diagnostics f\n",
    "using 'a.bicep' with {\n  b: 'c'\n}\nextends 'd.bicepparam'\nparam e = { ...base, f: readEnvironmentVariable('g', '') }\nextensionConfig h with {}\n",
];

const PIECES: &[&str] = &[
    "'",
    "'''",
    "$'''",
    "${",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    ",",
    ":",
    "::",
    ".",
    "...",
    "?",
    "??",
    ".?",
    "!",
    "=",
    "=>",
    "==",
    "|",
    "||",
    "&",
    "-",
    "*",
    "@",
    "#",
    "\\",
    "\\u{",
    "/*",
    "*/",
    "//",
    "\n",
    "\r",
    " ",
    "\t",
    "\u{feff}",
    "é",
    "😀",
    "\0",
    "\nresource x 'y' = {\n",
    "\nparam p string\n",
    "\n@d()\n",
    "for",
    "in",
    "if",
    "(a, b) => ",
    "[for a in b: ",
    "true",
    "null",
    "0",
    "99999999999999999999",
    "#disable-next-line",
    "a",
];

pub(crate) fn mutate(text: &mut String, random: &mut Random) {
    let boundary = |random: &mut Random, text: &str| {
        let mut place = random.below(text.len() + 1);
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        place
    };
    let from = boundary(random, text);
    let to = boundary(random, text);
    let (from, to) = (from.min(to), from.max(to));
    let short = text[from..to]
        .char_indices()
        .nth(random.below(12))
        .map_or(to, |(offset, _)| from + offset);
    let piece = *random.choose(PIECES);
    match random.below(6) {
        0 | 1 => text.insert_str(from, piece),
        2 | 3 => text.replace_range(from..short, ""),
        4 => text.replace_range(from..short, piece),
        _ => {
            let part = text[from..to].to_owned();
            let place = boundary(random, text);
            if text.len() + part.len() < 20_000 {
                text.insert_str(place, &part);
            }
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// The seeds, or the files of a corpus that are not long.
fn seeds() -> Vec<String> {
    let Some(root) = std::env::var_os("AKVLINT_CORPUS") else {
        return SEEDS.iter().map(|&seed| seed.to_owned()).collect();
    };
    let root = std::path::PathBuf::from(root);
    let list = std::fs::read_to_string(root.join("valid_bicep.txt")).unwrap();
    let files = list
        .lines()
        .filter_map(|line| std::fs::read_to_string(root.join(line)).ok());
    files.filter(|text| text.len() < 10_000).collect()
}

#[test]
fn mutated_text_is_read_without_panic() {
    let iterations = number("AKVLINT_FUZZ_ITERATIONS", 3_000);
    let seeds = seeds();
    let mut random = Random(number("AKVLINT_FUZZ_SEED", 0x2545_f491_4f6c_dd1d));
    let mut slowest = Duration::ZERO;
    for _ in 0..iterations {
        let mut text = random.choose(&seeds).clone();
        for _ in 0..=random.below(8) {
            mutate(&mut text, &mut random);
        }
        let dialect = *random.choose(&[Dialect::Template, Dialect::Template, Dialect::Parameters]);
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| invariants::check(&text, dialect));
        assert!(result.is_ok(), "with {text:?}");
        slowest = slowest.max(start.elapsed());
    }
    println!("{iterations} texts, slowest {slowest:?}");
    assert!(slowest < Duration::from_secs(5));
}
