//! The command line of akvlint.
fn main() {}
