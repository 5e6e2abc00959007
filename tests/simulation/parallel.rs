//! Several schedules at the same time, each on one thread.

use std::sync::Mutex;
use std::thread;

/// Runs a schedule for each seed, and gives the outcomes in the order of the seeds.
pub(crate) fn run<T: Send>(seeds: &[u64], schedule: impl AsyncFn(u64) -> T + Sync) -> Vec<T> {
    let left = Mutex::new(seeds.iter().enumerate());
    let done = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.expect("a runtime");
                loop {
                    let next = left.lock().expect("not poisoned").next();
                    let Some((index, seed)) = next else { return };
                    let outcome = runtime.block_on(schedule(*seed));
                    done.lock().expect("not poisoned").push((index, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("not poisoned");
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
