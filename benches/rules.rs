//! Loading the built-in rules, which every run does before anything else.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may panic, and prints"
)]

use std::hint::black_box;
use std::time::Instant;

use akvlint::rules::{RuleSet, RuleSettings};
use criterion::Criterion;

fn main() {
    // The first time in a process is what a run pays: nothing is in a cache, and no thread has been started.
    let start = Instant::now();
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let first = start.elapsed();
    println!("rules/first: {first:?} for {} rules", rules.iter().count());

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("rules/load", |bencher| {
        bencher.iter(|| RuleSet::load(&[], black_box(&RuleSettings::default())).unwrap());
    });
    criterion.bench_function("rules/prose", |bencher| {
        bencher.iter(|| {
            let rules = RuleSet::load(&[], black_box(&RuleSettings::default())).unwrap();
            rules
                .iter()
                .map(|rule| rule.prose().examples.len())
                .sum::<usize>()
        });
    });
    criterion.final_summary();
}
