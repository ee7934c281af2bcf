//! Processes: what there is to submit, and with which parameters.

use leat_bundle::Manifest;

use super::checks::plain;
use crate::access::{Permission, Reach};
use crate::app::App;
use crate::identity::Caller;
use crate::problem::{Answer, Problem};
use crate::store::{BundleRecord, PageOf, ProcessFilter, ProcessRecord};

/// How many processes a page has, where the request does not say, and at most.
const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

/// Between the two halves of a cursor: no name has it, being a control character.
const BETWEEN: char = '\u{1f}';

/// Which processes someone asks for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Of this name.
    pub(crate) process: Option<String>,
    pub(crate) limit: Option<u32>,
    /// The last of the page before.
    pub(crate) cursor: Option<String>,
}

/// A page of the processes that the caller may see, in the order of their names.
pub(crate) async fn page(app: &App, caller: &Caller, asked: Asked) -> Answer<PageOf<ProcessRecord>> {
    asked.process.as_deref().map_or(Ok(()), |text| plain("process", text))?;
    let limit = asked.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid(format!("limit must be from 1 to {PAGE_MAX}")));
    }
    let after = asked.cursor.as_deref().map(place_of).transpose()?;
    let groups = match caller.rights.reach(Permission::RunsRead) {
        Reach::Everywhere => None,
        Reach::Playpens(playpens) => Some(playpens),
    };
    Ok(app.store.processes(&ProcessFilter { groups, process: asked.process, after, limit }).await?)
}

/// Where the next page begins; nothing where this is the last.
pub(crate) fn next_cursor(page: &PageOf<ProcessRecord>) -> Option<String> {
    let last = page.items.last().filter(|_| page.more)?;
    let text = format!("{}{BETWEEN}{}", last.process, last.group);
    Some(text.bytes().map(|byte| format!("{byte:02x}")).collect())
}

fn place_of(cursor: &str) -> Answer<(String, String)> {
    let read = || {
        let digits = cursor.as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
        let text = String::from_utf8(bytes?).ok()?;
        let (process, group) = text.split_once(BETWEEN)?;
        Some((process.to_owned(), group.to_owned()))
    };
    read().ok_or_else(|| Problem::invalid("cursor is none that a page has given as next"))
}

/// Remembers that a group runs a process by this bundle. One that was made of another is not what a program should start
/// from, and is left out.
pub(super) async fn note(app: &App, group: &str, bundle: &BundleRecord) -> Answer<()> {
    let Manifest { process, origin, .. } = &bundle.manifest;
    if origin.as_ref().is_some_and(|origin| origin.of.is_some()) {
        return Ok(());
    }
    let record = ProcessRecord {
        group: group.to_owned(),
        process: process.clone(),
        bundle: bundle.digest,
        user: bundle.user.clone(),
        created: bundle.created,
        parameters: origin.as_ref().map(|origin| origin.parameters.clone()),
    };
    Ok(app.store.note_process(&record).await?)
}

#[cfg(test)]
mod tests {
    use leat_bundle::Digest;
    use leat_scheduler::model::Moment;

    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place_whatever_the_names_are() {
        let record = |process: &str, group: &str| ProcessRecord {
            group: group.to_owned(),
            process: process.to_owned(),
            bundle: Digest::of(b""),
            user: String::new(),
            created: Moment(0),
            parameters: None,
        };
        let last = record("Prüfung a/b", "");
        let page = PageOf { items: vec![record("a", "g"), last], more: true };
        let cursor = next_cursor(&page).unwrap();
        assert_eq!(place_of(&cursor).unwrap(), ("Prüfung a/b".to_owned(), String::new()));
        assert_eq!(next_cursor(&PageOf { more: false, ..page }), None);
        for bad in ["", "1", "zz", "é", "41", "ff1f"] {
            assert!(place_of(bad).is_err(), "{bad}");
        }
    }
}
