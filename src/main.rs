//! The command line of akvlint. All of it is in the library.

use std::process::ExitCode;
use std::thread;

use mimalloc::MiMalloc;

/// Trees and values are many small pieces that threads make and drop: the system's allocator takes a fifth of the run.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Templates nest; the evaluator's bound on depth needs more than the stack of a main thread everywhere.
const STACK: usize = 64 << 20;

fn main() -> ExitCode {
    akvlint::cli::end_on_panic();
    let worker = thread::Builder::new()
        .stack_size(STACK)
        .spawn(akvlint::cli::run);
    match worker.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        _ => ExitCode::from(2),
    }
}
