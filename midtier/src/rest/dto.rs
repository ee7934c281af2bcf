//! What the REST API says and hears, as JSON. Made of the store's records here, and used nowhere else.

mod access;
mod account;
mod event;
mod host;
mod kept;
mod login;
mod process;
mod run;

use jiff::Timestamp;
use leat_scheduler::model::{Moment, Resources};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) use access::{NewToken, Token, TokenPage, TokenWish, Whoami};
pub(super) use account::{Account, AccountPage, AccountPatch, AccountWish, Role, RoleFor, RoleWish, Roles};
pub(super) use event::EventDocument;
pub(super) use host::{Drain, Host, HostWithRuns, Hosts, KeepOn, PowerWish};
pub(super) use kept::{Bundle, Contents, Missing, Object, Objects};
pub(super) use login::{
    DeviceBegun, DeviceSecret, DeviceWait, LoginCode, LoginProvider, LoginProviders, LoginToken, ProviderName,
};
pub(super) use process::{Process, ProcessPage};
pub(super) use run::{Output, Outputs, Run, RunPage, RunShort, Submission};

/// What can be had of a host, or is needed of one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Room {
    /// Thousandths of a core.
    pub(super) cpu_millis: u64,
    /// Memory, bytes.
    pub(super) memory_bytes: u64,
}

impl From<Resources> for Room {
    fn from(resources: Resources) -> Self {
        Room { cpu_millis: resources.cpu_millis, memory_bytes: resources.memory_bytes }
    }
}

/// A time as ISO 8601 has it, in UTC.
pub(super) fn time(moment: Moment) -> String {
    Timestamp::from_microsecond(moment.0).unwrap_or_default().to_string()
}
