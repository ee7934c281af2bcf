//! Where the kernel's control groups are, and which of them the calling process is in: from `/proc/self/cgroup` and
//! `/proc/self/mountinfo`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::wall::CellLimits;

/// The version of control groups that a controller belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

/// What bounds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Controller {
    Memory,
    Processors,
    Threads,
}

impl Controller {
    /// Those that some limits need.
    pub(super) fn wanted_by(limits: &CellLimits) -> impl Iterator<Item = Controller> {
        let wanted = [
            limits.memory_bytes_max.map(|_| Controller::Memory),
            limits.cpus_max.map(|_| Controller::Processors),
            limits.threads_max.map(|_| Controller::Threads),
        ];
        wanted.into_iter().flatten()
    }

    /// The kernel's name for it.
    fn name(self) -> &'static str {
        match self {
            Controller::Memory => "memory",
            Controller::Processors => "cpu",
            Controller::Threads => "pids",
        }
    }

    /// What it bounds, for people.
    pub(super) fn purpose(self) -> &'static str {
        match self {
            Controller::Memory => "memory is not bounded",
            Controller::Processors => "processors are not bounded",
            Controller::Threads => "threads are not bounded",
        }
    }
}

/// The group that the calling process is in, of a controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    version: Version,
    /// The folder of the group.
    folder: PathBuf,
    /// The folder of the whole hierarchy: nothing above it is ours to see.
    top: PathBuf,
}

impl Place {
    /// The place of a controller. The error is a sentence for a person.
    pub(super) fn of(controller: Controller) -> Result<Self, String> {
        let read = |file: &str| fs::read_to_string(file).map_err(|error| format!("{file}: {error}"));
        Place::found(controller, &read("/proc/self/cgroup")?, &read("/proc/self/mountinfo")?)
    }

    fn found(controller: Controller, groups: &str, mounts: &str) -> Result<Self, String> {
        let name = controller.name();
        // `4:memory:/path` is of the first version, `0::/path` of the second.
        let lines = groups.lines().filter_map(|line| {
            let (_, rest) = line.split_once(':')?;
            rest.split_once(':')
        });
        let lines: Vec<(&str, &str)> = lines.collect();
        let of_first = lines.iter().find(|(names, _)| names.split(',').any(|known| known == name));
        let (version, (_, path)) = match (of_first, lines.iter().find(|(names, _)| names.is_empty())) {
            (Some(line), _) => (Version::One, line),
            (None, Some(line)) => (Version::Two, line),
            (None, None) => return Err(format!("this kernel has no control groups for {name}")),
        };
        let mount = mounts.lines().filter_map(Mount::of).find(|mount| match version {
            Version::One => mount.kind == "cgroup" && mount.options.split(',').any(|option| option == name),
            Version::Two => mount.kind == "cgroup2",
        });
        let mount = mount.ok_or_else(|| format!("the control groups for {name} are not mounted"))?;
        let below = Path::new(path).strip_prefix(mount.root);
        let below = below.map_err(|_| format!("the process's control group {path} for {name} is not mounted"))?;
        let top = PathBuf::from(mount.point);
        Ok(Place { version, folder: top.join(below), top })
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// The folders in which a group of the controller may be made, best first.
    pub(super) fn parents(&self, controller: Controller) -> Vec<PathBuf> {
        match self.version {
            Version::One => vec![self.folder.clone()],
            // A group with processes in it has no groups below it that bound anything, but for the topmost; so the process
            // that makes a cell is itself in a group of its own, and the cell is made beside it.
            Version::Two => {
                let beside = self.folder.parent().filter(|_| self.folder != self.top).map(Path::to_owned);
                [Some(self.folder.clone()), beside]
                    .into_iter()
                    .flatten()
                    .filter(|folder| hands_down(folder, controller.name()))
                    .collect()
            }
        }
    }

    /// Why there is no such folder.
    pub(super) fn nowhere(&self, controller: Controller) -> String {
        format!(
            "the control group {} does not hand down {}; as a service it needs Delegate=yes and DelegateSubgroup=",
            self.folder.display(),
            controller.name()
        )
    }
}

/// Whether groups below a folder have a controller, which is asked for where they have not.
fn hands_down(folder: &Path, name: &str) -> bool {
    let file = folder.join("cgroup.subtree_control");
    let has = || fs::read_to_string(&file).is_ok_and(|text| text.split_whitespace().any(|known| known == name));
    has() || (fs::write(&file, format!("+{name}")).is_ok() && has())
}

/// A line of `/proc/self/mountinfo`.
struct Mount<'a> {
    /// The part of the file system that is mounted.
    root: &'a str,
    point: &'a str,
    kind: &'a str,
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (of_mount, of_system) = line.split_once(" - ")?;
        let mut words = of_mount.split(' ').skip(3);
        let (root, point) = (words.next()?, words.next()?);
        let mut words = of_system.split(' ');
        let (kind, options) = (words.next()?, words.nth(1)?);
        Some(Mount { root, point, kind, options })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(controller: Controller, groups: &str, mounts: &str) -> Result<(Version, PathBuf), String> {
        Place::found(controller, groups, mounts).map(|place| (place.version, place.folder))
    }

    #[test]
    fn the_second_version_is_one_place_for_all() {
        let mounts = "24 23 0:21 / /sys rw,nosuid - sysfs sysfs rw\n30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
        let groups = "0::/system.slice/leat.service/agent\n";
        let place = PathBuf::from("/sys/fs/cgroup/system.slice/leat.service/agent");
        assert_eq!(found(Controller::Memory, groups, mounts), Ok((Version::Two, place.clone())));
        assert_eq!(found(Controller::Processors, groups, mounts), Ok((Version::Two, place)));
        assert_eq!(found(Controller::Threads, "0::/\n", mounts), Ok((Version::Two, PathBuf::from("/sys/fs/cgroup"))));
    }

    #[test]
    fn the_first_version_has_a_place_for_each_and_wins_where_both_are() {
        let mounts = "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n\
                      32 30 0:28 /docker/ab /sys/fs/cgroup/memory ro - cgroup memory rw,memory\n\
                      33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
        let groups = "5:memory:/docker/ab/run\n4:cpu,cpuacct:/\n1:name=systemd:/\n0::/user\n";
        let at = |version, folder: &str| Ok((version, PathBuf::from(folder)));
        assert_eq!(found(Controller::Memory, groups, mounts), at(Version::One, "/sys/fs/cgroup/memory/run"));
        assert_eq!(found(Controller::Processors, groups, mounts), at(Version::One, "/sys/fs/cgroup/cpu,cpuacct/"));
        assert_eq!(found(Controller::Threads, groups, mounts), at(Version::Two, "/sys/fs/cgroup/unified/user"));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let said = |groups, mounts| found(Controller::Memory, groups, mounts).unwrap_err();
        assert!(said("", "").contains("no control groups for memory"));
        assert!(said("0::/\n", "").contains("not mounted"));
        let elsewhere = "32 30 0:28 /docker/ab /sys/fs/cgroup/memory ro - cgroup memory rw,memory\n";
        assert!(said("5:memory:/docker/xy\n", elsewhere).contains("/docker/xy"));
    }

    #[test]
    fn a_group_that_hands_nothing_down_is_no_place_for_a_cell() {
        let top = tempfile::tempdir().unwrap();
        let own = top.path().join("service/agent");
        fs::create_dir_all(&own).unwrap();
        let place = Place { version: Version::Two, folder: own, top: top.path().to_owned() };
        let handed_down = top.path().join("service/cgroup.subtree_control");
        fs::write(&handed_down, "cpu pids\n").unwrap();
        assert_eq!(place.parents(Controller::Processors), [top.path().join("service")]);
        // The file of a real group keeps its other controllers when one is added; this one takes what is written.
        fs::remove_file(&handed_down).unwrap();
        fs::create_dir(&handed_down).unwrap();
        assert_eq!(place.parents(Controller::Memory), Vec::<PathBuf>::new());
        assert!(place.nowhere(Controller::Memory).contains("Delegate=yes"));
    }
}
