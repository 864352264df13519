//! The command line of akvlint. All of it is in the library.

use std::process::{self, ExitCode};
use std::{panic, thread};

use mimalloc::MiMalloc;

/// Trees and values are many small pieces that threads make and drop: the system's allocator takes a fifth of the run.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Templates nest; the evaluator's bound on depth needs more than the stack of a main thread everywhere.
const STACK: usize = 64 << 20;

/// What the process ends with when the job could not be done.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    // Release builds abort on a panic, which is a bug of ours: the exit code is the documented one all the same.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |bug| {
        report(bug);
        process::exit(FAILED.into());
    }));
    let worker = thread::Builder::new()
        .stack_size(STACK)
        .spawn(akvlint::cli::run);
    match worker.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        _ => ExitCode::from(FAILED),
    }
}
