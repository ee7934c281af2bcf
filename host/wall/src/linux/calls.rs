//! Calls of the kernel by list: seccomp.
//!
//! Two filters. The first knows the calls that a worker makes, and answers all others as a kernel does that does not have
//! them, so that libraries fall back to what they did before there was such a call. The second refuses, as not permitted,
//! what nothing in a worker has any business with. Calls that both let pass are known to the kernel by a table, and cost
//! next to nothing.

mod lists;

use std::collections::BTreeMap;
use std::io;

use rustix::process::getpid;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

use self::lists::{ALWAYS, NEVER, NEVER_OF_ARCHITECTURE, OF_ARCHITECTURE, OF_SOCKETS};
use super::missing;
use crate::wall::{Network, Standing, Wall};

/// By number of the call: the rules of which one must fit, or none where there is nothing to look at.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Flags of `clone` that make a thread, and those of which none may be there.
const THREAD: u64 = libc::CLONE_THREAD as u64;

/// What may be asked of open files and pipes; the rest of `ioctl` is for devices.
const OF_FILES: [u64; 5] = [libc::FIOCLEX, libc::FIONCLEX, libc::FIONBIO, libc::FIONREAD, libc::TCGETS];

/// What may be asked of `prctl`: names of threads and of memory, and what installs the second filter.
const OF_PROCESS: [libc::c_int; 4] =
    [libc::PR_SET_NAME, libc::PR_GET_NAME, libc::PR_SET_VMA, libc::PR_SET_NO_NEW_PRIVS];

pub(super) fn filter(wall: &Wall) -> Result<Standing, seccompiler::Error> {
    let Ok(architecture) = TargetArch::try_from(std::env::consts::ARCH) else {
        return Ok(missing("there is no list of calls for this processor"));
    };
    let known =
        compiled(known(wall)?, (SeccompAction::Errno(libc::ENOSYS as u32), SeccompAction::Allow), architecture)?;
    let refused =
        compiled(refused(wall)?, (SeccompAction::Allow, SeccompAction::Errno(libc::EPERM as u32)), architecture)?;
    match apply_filter(&known) {
        Err(seccompiler::Error::Seccomp(error)) if is_unknown(&error) => {
            return Ok(missing("this kernel was built without seccomp filters"));
        }
        installed => installed?,
    }
    apply_filter(&refused)?;
    Ok(Standing::Whole)
}

fn is_unknown(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL))
}

/// A filter from its rules, what it does where none of them fits and where one does.
fn compiled(
    rules: Rules,
    (otherwise, fits): (SeccompAction, SeccompAction),
    architecture: TargetArch,
) -> Result<BpfProgram, BackendError> {
    SeccompFilter::new(rules, otherwise, fits, architecture)?.try_into()
}

/// The calls that a worker makes.
fn known(wall: &Wall) -> Result<Rules, BackendError> {
    let mut rules: Rules = ALWAYS.iter().chain(OF_ARCHITECTURE).map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_clone, vec![threads()?]);
    rules.insert(libc::SYS_ioctl, any_of(1, &OF_FILES)?);
    rules.insert(libc::SYS_prctl, any_of(0, &OF_PROCESS.map(|option| option.unsigned_abs().into()))?);
    // Of a file that is open: one that is named by its path is held by nothing else.
    rules.insert(libc::SYS_utimensat, vec![SeccompRule::new(vec![equal(1, SeccompCmpArgLen::Qword, 0)?])?]);
    // Pairs for waking up who waits for files: nobody outside can have the other end.
    rules.insert(libc::SYS_socketpair, any_of(0, &[libc::AF_UNIX as u64])?);
    if let Network::To(_) = wall.network {
        rules.extend(OF_SOCKETS.iter().map(|call| (*call, Vec::new())));
        rules.insert(libc::SYS_socket, tcp()?);
    }
    Ok(rules)
}

/// The calls that are refused by name.
fn refused(wall: &Wall) -> Result<Rules, BackendError> {
    let mut rules: Rules = NEVER.iter().chain(NEVER_OF_ARCHITECTURE).map(|call| (*call, Vec::new())).collect();
    let processes = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(THREAD), 0)?;
    rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![processes])?]);
    // Signals and limits are for itself; where a limit is asked for, 0 is itself too.
    let own = u64::from(getpid().as_raw_nonzero().get().unsigned_abs());
    let other = |than| SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, than);
    rules.insert(libc::SYS_kill, vec![SeccompRule::new(vec![other(own)?])?]);
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![other(own)?])?]);
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![other(own)?, other(0)?])?]);
    if wall.network == Network::None {
        rules.insert(libc::SYS_socket, Vec::new());
    } else {
        rules.insert(libc::SYS_socket, not_tcp()?);
    }
    Ok(rules)
}

/// New threads of the same process, in no new namespace.
fn threads() -> Result<SeccompRule, BackendError> {
    let namespaces = libc::CLONE_NEWNS
        | libc::CLONE_NEWCGROUP
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET;
    let looked_at = THREAD | u64::from(namespaces.unsigned_abs());
    let condition = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(looked_at), THREAD)?;
    SeccompRule::new(vec![condition])
}

/// The flags of a socket that say nothing of its type.
const OF_SOCKET_TYPE: u64 = 0xf;

/// TCP over IPv4 and IPv6.
fn tcp() -> Result<Vec<SeccompRule>, BackendError> {
    let stream = SeccompCmpOp::MaskedEq(OF_SOCKET_TYPE);
    let families = [libc::AF_INET, libc::AF_INET6].map(|family| {
        SeccompRule::new(vec![
            equal(0, SeccompCmpArgLen::Dword, family as u64)?,
            SeccompCondition::new(1, SeccompCmpArgLen::Dword, stream.clone(), libc::SOCK_STREAM as u64)?,
        ])
    });
    families.into_iter().collect()
}

/// What is refused as not permitted of sockets; the types that are left are refused as unknown.
fn not_tcp() -> Result<Vec<SeccompRule>, BackendError> {
    let datagrams = SeccompCmpOp::MaskedEq(OF_SOCKET_TYPE);
    let datagrams = SeccompCondition::new(1, SeccompCmpArgLen::Dword, datagrams, libc::SOCK_DGRAM as u64)?;
    let local = equal(0, SeccompCmpArgLen::Dword, libc::AF_UNIX as u64)?;
    [datagrams, local].into_iter().map(|condition| SeccompRule::new(vec![condition])).collect()
}

/// An argument that is one of these. The kernel reads them as 32 bits, and so must the filter: the upper half is anything.
fn any_of(argument: u8, values: &[u64]) -> Result<Vec<SeccompRule>, BackendError> {
    values.iter().map(|value| SeccompRule::new(vec![equal(argument, SeccompCmpArgLen::Dword, *value)?])).collect()
}

fn equal(argument: u8, length: SeccompCmpArgLen, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, length, SeccompCmpOp::Eq, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_is_known_and_refused_at_once() {
        for wall in [Wall::default(), Wall { network: Network::To(vec![5672]), ..Wall::default() }] {
            let known = known(&wall).unwrap();
            let looked_at = [libc::SYS_clone, libc::SYS_socket, libc::SYS_kill, libc::SYS_tgkill, libc::SYS_prlimit64];
            let refused = refused(&wall).unwrap();
            let both: Vec<_> =
                refused.keys().filter(|call| known.contains_key(call) && !looked_at.contains(call)).collect();
            assert!(both.is_empty(), "{both:?}");
        }
    }

    #[test]
    fn every_list_names_each_call_once() {
        for list in [ALWAYS, OF_ARCHITECTURE, OF_SOCKETS, NEVER, NEVER_OF_ARCHITECTURE] {
            let mut sorted = list.to_vec();
            sorted.sort_unstable();
            assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]), "{sorted:?}");
        }
    }

    #[test]
    fn the_filters_compile_for_every_processor_that_has_a_list() {
        for architecture in ["x86_64", "aarch64", "riscv64"] {
            let architecture = TargetArch::try_from(architecture).unwrap();
            let actions = (SeccompAction::Errno(1), SeccompAction::Allow);
            assert!(compiled(known(&Wall::default()).unwrap(), actions, architecture).is_ok());
        }
    }
}
