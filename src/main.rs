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
    let worker = thread::Builder::new()
        .stack_size(STACK)
        .spawn(|| akvlint::cli::run());
    if let Ok(worker) = worker {
        let _ = worker.join();
    }
    // It ends the process, unless it could not begin.
    ExitCode::from(2)
}
