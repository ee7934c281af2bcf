//! Files by grant: Landlock, which every kernel since 5.13 may have and any process may use.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, NetPort, RestrictionStatus, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};

use super::missing;
use crate::wall::{Network, Standing, Wall};

/// The newest version of Landlock whose rights are held; what an older kernel lacks of it is told.
const NEWEST: ABI = ABI::V6;
/// The first that holds everything which can be done to a file: renaming between folders and cutting it off came after the first.
const OF_FILES: ABI = ABI::V3;
/// The first that holds TCP.
const OF_PORTS: ABI = ABI::V4;

/// What stands.
pub(super) struct Granted {
    pub(super) privileges: Standing,
    pub(super) files: Standing,
    pub(super) ports: Standing,
}

pub(super) fn grant(wall: &Wall) -> Result<Granted, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    // Neither programs, nor devices, sockets, pipes and links: nobody needs to make these.
    let write = read
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer;
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(&wall.read, read))?
        .add_rules(path_beneath_rules(&wall.write, write))?;
    if let Network::To(ports) = &wall.network {
        for port in ports {
            rules = rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
        }
    }
    Ok(told(&rules.restrict_self()?))
}

fn told(status: &RestrictionStatus) -> Granted {
    let privileges = if status.no_new_privs { Standing::Whole } else { missing("this kernel is older than 3.5") };
    let (files, ports) = standing(status.landlock);
    Granted { privileges, files, ports }
}

/// How the files and the ports stand on a kernel.
fn standing(landlock: LandlockStatus) -> (Standing, Standing) {
    let abi = match landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi,
        LandlockStatus::NotImplemented | LandlockStatus::NotEnabled => {
            let why = match landlock {
                LandlockStatus::NotEnabled => "Landlock is off in this kernel: `lsm=` on its command line must name it",
                _ => "this kernel was built without Landlock, is older than 5.13, or is hidden by a container",
            };
            return (missing(why), missing(why));
        }
    };
    let files = match abi >= OF_FILES {
        true => Standing::Whole,
        false => Standing::Partly(
            "this kernel is older than 6.2, where any file that can be written can be cut off".to_owned(),
        ),
    };
    let ports = match abi >= OF_PORTS {
        true => Standing::Whole,
        false => missing("this kernel is older than 6.7, which does not hold TCP ports"),
    };
    (files, ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    // There is one kernel to test on, so what others lack is tested by what is told of them.
    #[test]
    fn an_older_kernel_is_told_of() {
        let at = |abi: i32| {
            let status = LandlockStatus::Available { effective_abi: ABI::from(abi), kernel_abi: None };
            standing(status)
        };
        assert!(matches!(at(1), (Standing::Partly(_), Standing::Missing(_))));
        assert!(matches!(at(3), (Standing::Whole, Standing::Missing(_))));
        assert!(matches!(at(4), (Standing::Whole, Standing::Whole)));
        for status in [LandlockStatus::NotEnabled, LandlockStatus::NotImplemented] {
            assert!(matches!(standing(status), (Standing::Missing(_), Standing::Missing(_))));
        }
    }
}
