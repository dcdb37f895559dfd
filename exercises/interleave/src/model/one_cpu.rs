//! Keeps a search on one CPU: only one of its threads goes at a time, and the turn passes faster without a change of CPU.
//!
//! A hint and no more: where it is not possible the search takes longer. While it lasts,
//! `std::thread::available_parallelism` says 1.

/// Puts the calling thread back where it was when it is dropped.
pub(crate) struct OneCpu(#[cfg(target_os = "linux")] Option<linux::CpuSet>);

#[cfg(not(target_os = "linux"))]
impl OneCpu {
    pub fn stay() -> Self {
        OneCpu()
    }
}

#[cfg(target_os = "linux")]
impl OneCpu {
    /// Keeps the calling thread, and all that it starts, on one CPU.
    pub fn stay() -> Self {
        use std::sync::atomic::{AtomicUsize, Ordering};
        // Searches side by side take different CPUs.
        static SEARCHES: AtomicUsize = AtomicUsize::new(0);
        let allowed = linux::allowed();
        if let Some(allowed) = &allowed {
            let cpus: Vec<_> = (0..linux::CPUS)
                .filter(|cpu| allowed[cpu / 64] >> (cpu % 64) & 1 == 1)
                .collect();
            let here = cpus
                .iter()
                .position(|&cpu| cpu == linux::this_cpu())
                .unwrap_or(0);
            let cpu = cpus[(here + SEARCHES.fetch_add(1, Ordering::Relaxed)) % cpus.len()];
            let mut one = [0; linux::CPUS / 64];
            one[cpu / 64] = 1 << (cpu % 64);
            linux::allow(&one);
        }
        OneCpu(allowed)
    }
}

#[cfg(target_os = "linux")]
impl Drop for OneCpu {
    fn drop(&mut self) {
        if let Some(allowed) = &self.0 {
            linux::allow(allowed);
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::c_int;

    pub const CPUS: usize = 1024;
    pub type CpuSet = [u64; CPUS / 64];

    // std links the C library already, so these three cost no dependency.
    unsafe extern "C" {
        fn sched_getaffinity(thread: c_int, size: usize, set: *mut u64) -> c_int;
        fn sched_setaffinity(thread: c_int, size: usize, set: *const u64) -> c_int;
        fn sched_getcpu() -> c_int;
    }

    /// The CPUs on which this thread may run.
    pub fn allowed() -> Option<CpuSet> {
        let mut set = [0; CPUS / 64];
        // SAFETY: the pointer is good for `size` bytes; 0 means the calling thread.
        let done = unsafe { sched_getaffinity(0, size_of::<CpuSet>(), set.as_mut_ptr()) } == 0;
        (done && set.iter().any(|&part| part != 0)).then_some(set)
    }

    /// Lets this thread run there only. If the system refuses, it runs as before.
    pub fn allow(set: &CpuSet) {
        // SAFETY: the pointer is good for `size` bytes; 0 means the calling thread.
        unsafe { sched_setaffinity(0, size_of::<CpuSet>(), set.as_ptr()) };
    }

    pub fn this_cpu() -> usize {
        // SAFETY: takes nothing and gives a number; -1 if the system does not tell.
        usize::try_from(unsafe { sched_getcpu() }).unwrap_or(0)
    }
}
