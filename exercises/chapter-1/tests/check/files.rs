//! How many sockets this process may open.

/// Asks the system for room for `connections` pairs of sockets, and returns how many there will be: all of them, or as
/// many as the system allows.
pub fn room_for(connections: usize) -> usize {
    // Both ends of a connection are in this process. The rest is for the tests that run beside this one.
    const OTHERS: usize = 200;
    let wanted = 2 * connections + OTHERS;
    let allowed = raise(wanted);
    if allowed >= wanted {
        return connections;
    }
    let fewer = (allowed.saturating_sub(OTHERS) / 2).max(1);
    println!(
        "note: this system lets a process open {allowed} files, and {connections} connections take {wanted}.\n\
         The test goes on with {fewer} connections. `ulimit -Hn` shows the hard limit; who administers the machine can raise it."
    );
    fewer
}

/// Raises the soft limit to `wanted`, as far as the hard limit goes. Returns what the limit is then.
#[cfg(unix)]
fn raise(wanted: usize) -> usize {
    let wanted = libc::rlim_t::try_from(wanted).expect("a few thousand fit into every integer");
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a live `rlimit` of ours, which the call fills.
    let known = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } == 0;
    if known && limit.rlim_cur < wanted {
        let raised = libc::rlimit {
            rlim_cur: wanted.min(limit.rlim_max),
            ..limit
        };
        // SAFETY: the pointer is to a live `rlimit` of ours, which the call only reads.
        if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) } == 0 {
            limit = raised;
        }
    }
    usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX)
}

/// Windows counts no sockets.
#[cfg(not(unix))]
fn raise(wanted: usize) -> usize {
    wanted
}
