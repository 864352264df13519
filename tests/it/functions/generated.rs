//! Expressions at random, to try substitution with.

use std::fmt::Write;

/// A generator of expressions over the parameters of `undecided.txt`. The same seed gives the same expressions.
pub(super) struct Generator {
    state: u64,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Integer,
    Bool,
    Array,
    Object,
}

/// Patterns by what they give: `T`, `I`, `B`, `A` and `O` stand for expressions of a kind.
const TEXTS: &[&str] = &[
    "'kv'",
    "''",
    "'a/b'",
    "'A-B'",
    "'x'",
    "parameters('name')",
    "parameters('other')",
    "parameters('env')",
    "parameters('maybe')",
    "concat(T, T)",
    "concat(T, '-', T)",
    "concat(T, I)",
    "format('{0}-{1}', T, T)",
    "format('{0}', B)",
    "format('<{0}>', A)",
    "format('{0:D2}/{1}', I, T)",
    "toLower(T)",
    "toUpper(T)",
    "trim(T)",
    "replace(T, '-', '')",
    "replace(T, 'a', 'bb')",
    "replace(T, T, 'z')",
    "take(T, I)",
    "skip(T, I)",
    "substring(T, 0, I)",
    "padLeft(T, 4, 'x')",
    "uniqueString(T)",
    "guid(T)",
    "string(T)",
    "string(I)",
    "string(O)",
    "join(A, T)",
    "if(B, T, T)",
    "coalesce(parameters('maybe'), T)",
    "first(T)",
    "last(T)",
    "first(split(T, '/'))",
    "last(split(T, '-'))",
    "split(T, '/')[0]",
    "createArray(T, T)[I]",
    "createObject('k', T).k",
    "tryGet(O, 'a')",
    "base64(T)",
    "resourceId('Microsoft.KeyVault/vaults', T)",
    "reduce(A, T, lambda('c', 'n', concat(lambdaVariables('c'), lambdaVariables('n'))))",
];
const INTEGERS: &[&str] = &[
    "0",
    "1",
    "2",
    "5",
    "parameters('count')",
    "add(I, I)",
    "sub(I, 1)",
    "mul(I, I)",
    "mod(I, 3)",
    "min(I, I)",
    "max(createArray(I, I))",
    "length(T)",
    "length(A)",
    "length(O)",
    "indexOf(T, T)",
    "lastIndexOf(T, 'a')",
    "indexOf(A, T)",
    "int('7')",
    "if(B, I, I)",
    "coalesce(tryGet(O, 'a'), I)",
];
const BOOLS: &[&str] = &[
    "true()",
    "false()",
    "parameters('flag')",
    "parameters('gate')",
    "not(B)",
    "and(B, B)",
    "or(B, B)",
    "and(B, B, B)",
    "equals(T, T)",
    "equals(T, 'kv-')",
    "equals(I, I)",
    "equals(B, B)",
    "equals(A, A)",
    "equals(O, O)",
    "equals(T, I)",
    "empty(T)",
    "empty(A)",
    "empty(O)",
    "contains(T, T)",
    "contains(T, 'a')",
    "contains(A, T)",
    "contains(O, T)",
    "contains(O, 'a')",
    "startsWith(T, T)",
    "endsWith(T, 'b')",
    "less(I, I)",
    "greater(length(T), I)",
    "greaterOrEquals(length(A), 1)",
    "if(B, B, B)",
    "bool('true')",
    "equals(T, null())",
    "equals(parameters('maybe'), null())",
    "like(T, 'a*b')",
    "less(T, T)",
];
const ARRAYS: &[&str] = &[
    "createArray()",
    "createArray('a')",
    "createArray(T, T)",
    "createArray(T, 'a', I)",
    "parameters('list')",
    "concat(A, A)",
    "concat(A, createArray('z'))",
    "union(A, A)",
    "intersection(A, A)",
    "flatten(createArray(A, A))",
    "distinct(A)",
    "take(A, I)",
    "skip(A, I)",
    "split(T, '/')",
    "split(T, createArray('-', '/'))",
    "range(0, I)",
    "array(T)",
    "if(B, A, A)",
    "objectKeys(O)",
    "items(O)",
    "map(A, lambda('x', concat(lambdaVariables('x'), T)))",
    "map(range(0, I), lambda('i', add(lambdaVariables('i'), I)))",
    "filter(A, lambda('x', equals(lambdaVariables('x'), T)))",
    "filter(A, lambda('x', contains(A, lambdaVariables('x'))))",
    "createArray(O, O)",
    "map(A, lambda('x', map(A, lambda('y', concat(lambdaVariables('x'), lambdaVariables('y'))))))",
    "sort(A, lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))",
];
const OBJECTS: &[&str] = &[
    "createObject()",
    "createObject('a', T)",
    "createObject('a', I, 'b', O)",
    "createObject(T, I)",
    "createObject('b', 1, T, 2)",
    "parameters('tags')",
    "union(O, O)",
    "union(O, createObject('a', T))",
    "union(createObject('a', 1), O)",
    "shallowMerge(createArray(O, O))",
    "intersection(O, O)",
    "if(B, O, O)",
    "createObject('a', createObject('x', T))",
    "union(O, createObject('b', O))",
    "toObject(A, lambda('x', concat('k', lambdaVariables('x'))))",
    "mapValues(O, lambda('x', T))",
    "json('{\"a\": 1}')",
    "groupBy(A, lambda('x', concat('k', lambdaVariables('x'))))",
];
const ACCESSES: &[&str] = &[
    "O.a",
    "O.b",
    "O.b.x",
    "tryGet(O, 'a')",
    "tryGet(O, 'b', 'x')",
    "A[0]",
    "A[I]",
    "indexFromEnd(A, 1)",
    "tryGet(A, I)",
    "first(A)",
    "last(A)",
    "tryIndexFromEnd(A, I)",
    "items(O)[0].key",
    "O.a.x",
];

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next expression, nested so deep at most.
    pub(super) fn next(&mut self, depth: u32) -> String {
        let mut out = String::new();
        match self.below(7) {
            0 | 1 => self.write(Kind::Text, depth, &mut out),
            2 => self.write(Kind::Integer, depth, &mut out),
            3 => self.write(Kind::Bool, depth, &mut out),
            4 => self.write(Kind::Array, depth, &mut out),
            5 => self.write(Kind::Object, depth, &mut out),
            _ => {
                let pattern = ACCESSES[self.below(ACCESSES.len())];
                self.fill(pattern, depth, &mut out);
            }
        }
        out
    }

    fn below(&mut self, limit: usize) -> usize {
        // The multiplier and increment of Knuth's MMIX; the upper bits are the random ones.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).unwrap_or(0) % limit
    }

    fn write(&mut self, kind: Kind, depth: u32, out: &mut String) {
        let (patterns, simple) = match kind {
            Kind::Text => (TEXTS, 9),
            Kind::Integer => (INTEGERS, 5),
            Kind::Bool => (BOOLS, 4),
            Kind::Array => (ARRAYS, 2),
            Kind::Object => (OBJECTS, 1),
        };
        let pattern = if depth == 0 {
            match kind {
                Kind::Array if self.below(2) == 0 => "parameters('list')",
                Kind::Object if self.below(2) == 0 => "parameters('tags')",
                _ => patterns[self.below(simple)],
            }
        } else {
            patterns[self.below(patterns.len())]
        };
        self.fill(pattern, depth, out);
    }

    /// Writes a pattern with its placeholders filled: capitals that stand alone outside of quotes.
    fn fill(&mut self, pattern: &str, depth: u32, out: &mut String) {
        let bytes = pattern.as_bytes();
        let is_letter = |index: Option<usize>| {
            index
                .and_then(|index| bytes.get(index))
                .is_some_and(|byte| byte.is_ascii_alphanumeric())
        };
        let mut quoted = false;
        for (index, character) in pattern.char_indices() {
            quoted ^= character == '\'';
            let alone = !is_letter(index.checked_sub(1)) && !is_letter(Some(index + 1));
            let kind = match character {
                'T' => Kind::Text,
                'I' => Kind::Integer,
                'B' => Kind::Bool,
                'A' => Kind::Array,
                'O' => Kind::Object,
                _ => {
                    out.write_char(character).expect("room");
                    continue;
                }
            };
            if quoted || !alone {
                out.push(character);
            } else {
                self.write(kind, depth.saturating_sub(1), out);
            }
        }
    }
}
