//! Bytes to text, and offsets to lines and columns.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion's macros have no docs"
)]
use std::hint::black_box;

use akvlint::discover::{Format, Vocabulary, may_be_input};
use akvlint::source::{LineIndex, decode};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Text of about this many bytes in lines as templates have them, with a letter of two bytes now and then.
fn lines(length: usize) -> String {
    const LINES: &str = "      \"description\": \"Optional. Who may read it.\",\n        \"name\": \"[format('kv-{0}', parameters('größe'))]\",\n";
    LINES.repeat(length / LINES.len() + 1)
}

fn source(criterion: &mut Criterion) {
    let text = lines(1 << 20);
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut group = criterion.benchmark_group("source");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("decode/utf-8", |bencher| {
        bencher.iter(|| decode(black_box(text.clone().into_bytes())).unwrap());
    });
    group.bench_function("decode/utf-16", |bencher| {
        bencher.iter(|| decode(black_box(utf16.clone())).unwrap());
    });
    group.bench_function("lines", |bencher| {
        bencher.iter(|| {
            let lines = LineIndex::new(black_box(&text));
            lines.position(&text, u32::try_from(text.len() - 2).unwrap())
        });
    });
    let words = Vocabulary::default();
    group.bench_function("prefilter", |bencher| {
        bencher.iter(|| {
            let bytes = black_box(text.as_bytes());
            (may_be_input(bytes), words.mentions(bytes, Format::Json))
        });
    });
    group.finish();
}

criterion_group!(benches, source);
criterion_main!(benches);
