//! The lists of calls, by what they are for.

/// Numbers of calls by their names.
macro_rules! calls {
    ($($name:ident)*) => { &[$(libc::$name),*] };
}

/// What Rust's standard library, the C library, wasmtime and DataFusion call in a worker, on any processor. Those of files
/// reach what is granted and what was open before.
#[rustfmt::skip]
pub(super) const ALWAYS: &[i64] = calls![
    // Files that are open.
    SYS_read SYS_write SYS_readv SYS_writev SYS_pread64 SYS_pwrite64 SYS_preadv SYS_pwritev SYS_preadv2 SYS_pwritev2
    SYS_lseek SYS_close SYS_close_range SYS_dup SYS_dup3 SYS_fcntl SYS_flock SYS_pipe2
    SYS_fstat SYS_fstatfs SYS_ftruncate SYS_fallocate SYS_fsync SYS_fdatasync SYS_sync_file_range
    SYS_copy_file_range SYS_sendfile SYS_splice SYS_fadvise64 SYS_readahead SYS_getdents64
    // Files by their names.
    SYS_openat SYS_openat2 SYS_newfstatat SYS_statx SYS_statfs SYS_faccessat SYS_faccessat2 SYS_readlinkat SYS_getcwd
    SYS_mkdirat SYS_unlinkat SYS_renameat2 SYS_linkat
    // Memory. wasmtime maps what it has compiled, from files that have no name.
    SYS_mmap SYS_mprotect SYS_munmap SYS_mremap SYS_madvise SYS_msync SYS_mincore SYS_brk SYS_memfd_create SYS_membarrier
    SYS_pkey_alloc SYS_pkey_free SYS_pkey_mprotect
    // Threads, and their waiting for each other.
    SYS_futex SYS_futex_waitv SYS_set_robust_list SYS_get_robust_list SYS_rseq SYS_set_tid_address SYS_gettid
    SYS_sched_yield SYS_sched_getaffinity SYS_sched_getparam SYS_sched_getscheduler SYS_getcpu SYS_exit SYS_exit_group
    SYS_nanosleep SYS_clock_nanosleep SYS_restart_syscall
    // Signals, which reach no other process.
    SYS_kill SYS_tgkill SYS_rt_sigaction SYS_rt_sigprocmask SYS_rt_sigreturn SYS_rt_sigpending SYS_rt_sigtimedwait SYS_sigaltstack
    // Waiting for files.
    SYS_ppoll SYS_pselect6 SYS_epoll_create1 SYS_epoll_ctl SYS_epoll_pwait SYS_epoll_pwait2 SYS_eventfd2
    SYS_timerfd_create SYS_timerfd_settime SYS_timerfd_gettime
    // What it may know of itself and of the machine.
    SYS_clock_gettime SYS_clock_getres SYS_gettimeofday SYS_times SYS_getrandom SYS_getrusage SYS_sysinfo SYS_uname
    SYS_getpid SYS_getppid SYS_getpgid SYS_getuid SYS_geteuid SYS_getgid SYS_getegid SYS_prlimit64
    // The second filter is installed through the first, and refuses a third.
    SYS_seccomp
];

/// What the same is called on this processor besides.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
pub(super) const OF_ARCHITECTURE: &[i64] = calls![
    SYS_open SYS_stat SYS_lstat SYS_access SYS_readlink SYS_mkdir SYS_rmdir SYS_unlink SYS_rename SYS_renameat SYS_link
    SYS_getdents SYS_dup2 SYS_pipe SYS_poll SYS_select SYS_epoll_create SYS_epoll_wait SYS_eventfd SYS_time SYS_getrlimit
    SYS_arch_prctl
];
/// What the same is called on this processor besides.
#[cfg(target_arch = "aarch64")]
pub(super) const OF_ARCHITECTURE: &[i64] = calls![SYS_renameat SYS_getrlimit];
/// What the same is called on this processor besides.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) const OF_ARCHITECTURE: &[i64] = &[];

/// What an open socket is used with.
#[rustfmt::skip]
pub(super) const OF_SOCKETS: &[i64] = calls![
    SYS_connect SYS_sendto SYS_recvfrom SYS_sendmsg SYS_recvmsg SYS_getsockopt SYS_setsockopt SYS_getsockname
    SYS_getpeername SYS_shutdown
];

/// What nothing in a worker has any business with. Everything else that is not known is refused too, as unknown: this list
/// is what a person looks for, and says "not permitted".
#[rustfmt::skip]
pub(super) const NEVER: &[i64] = calls![
    // Programs. (`clone` is looked at; `clone3` cannot be, and is unknown, so that `clone` is called instead.)
    SYS_execve SYS_execveat
    // Other processes.
    SYS_ptrace SYS_process_vm_readv SYS_process_vm_writev SYS_process_madvise SYS_kcmp
    SYS_pidfd_open SYS_pidfd_getfd SYS_pidfd_send_signal SYS_rt_sigqueueinfo SYS_rt_tgsigqueueinfo SYS_tkill
    SYS_setpriority SYS_sched_setaffinity SYS_sched_setscheduler SYS_sched_setattr SYS_setpgid SYS_setsid
    // Namespaces and file systems.
    SYS_unshare SYS_setns SYS_mount SYS_umount2 SYS_move_mount SYS_open_tree SYS_fsopen SYS_fsconfig SYS_fsmount
    SYS_fspick SYS_mount_setattr SYS_pivot_root SYS_chroot SYS_swapon SYS_swapoff SYS_quotactl SYS_acct
    SYS_open_by_handle_at SYS_name_to_handle_at SYS_fanotify_init SYS_mknodat SYS_symlinkat
    // Who may do what with a file, which grants do not hold.
    SYS_fchmod SYS_fchmodat SYS_fchown SYS_fchownat SYS_setxattr SYS_lsetxattr SYS_fsetxattr SYS_removexattr SYS_lremovexattr
    SYS_fremovexattr
    // Who it is.
    SYS_setuid SYS_setgid SYS_setreuid SYS_setregid SYS_setresuid SYS_setresgid SYS_setfsuid SYS_setfsgid SYS_setgroups
    SYS_capset SYS_personality
    // The kernel itself.
    SYS_bpf SYS_perf_event_open SYS_userfaultfd SYS_io_uring_setup SYS_io_uring_enter SYS_io_uring_register
    SYS_kexec_load SYS_init_module SYS_finit_module SYS_delete_module SYS_reboot SYS_syslog
    SYS_keyctl SYS_add_key SYS_request_key
    // The clock and the name of the machine.
    SYS_settimeofday SYS_clock_settime SYS_clock_adjtime SYS_adjtimex SYS_sethostname SYS_setdomainname
    // What processes share memory and words through.
    SYS_shmget SYS_shmat SYS_msgget SYS_msgsnd SYS_semget SYS_semop SYS_mq_open
];

/// What the same is called on this processor besides.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
pub(super) const NEVER_OF_ARCHITECTURE: &[i64] = calls![
    SYS_fork SYS_vfork SYS_mknod SYS_symlink SYS_chmod SYS_chown SYS_lchown SYS_utime SYS_utimes SYS_futimesat
    SYS_iopl SYS_ioperm SYS_modify_ldt SYS_kexec_file_load
];
/// What the same is called on this processor besides.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const NEVER_OF_ARCHITECTURE: &[i64] = calls![SYS_kexec_file_load];
