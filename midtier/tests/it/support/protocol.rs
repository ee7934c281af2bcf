//! Protocols as their files write them, as far as tests of tables ask: which calls there are, and what their requests are made of.

/// A call.
pub(crate) struct Rpc {
    /// `/package.Service/Call`.
    pub(crate) path: String,
    /// The message that it is asked with.
    pub(crate) request: String,
    /// Whether it is asked with many of them.
    pub(crate) is_stream: bool,
}

/// A field of a message.
pub(crate) struct Field {
    pub(crate) name: String,
    /// Its type, without `optional` or `repeated`.
    pub(crate) kind: String,
    pub(crate) number: u32,
}

/// The first word behind this one, where a line begins with it.
fn word(line: &str, before: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix(before)?;
    Some(rest.split(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default().to_owned())
}

/// Every call of a protocol, in its order.
pub(crate) fn rpcs(protocol: &str) -> Vec<Rpc> {
    let package = protocol.lines().find_map(|line| word(line, "package ")).expect("a protocol has a package");
    let (mut service, mut rpcs) = (String::new(), Vec::new());
    for line in protocol.lines() {
        service = word(line, "service ").unwrap_or(service);
        let Some(call) = word(line, "rpc ") else { continue };
        let asked =
            line.split('(').nth(1).and_then(|rest| rest.split(')').next()).expect("a call is asked with a message");
        let (request, is_stream) = (asked.trim_start_matches("stream ").to_owned(), asked.starts_with("stream "));
        rpcs.push(Rpc { path: format!("/{package}.{service}/{call}"), request, is_stream });
    }
    rpcs
}

/// The fields of a message.
pub(crate) fn fields(protocol: &str, message: &str) -> Vec<Field> {
    let begins = format!("message {message} {{");
    let lines = protocol.lines().skip_while(|line| !line.starts_with(&begins));
    // A message without fields is written on one line.
    let lines = lines.take_while(|line| !line.starts_with('}') && !line.ends_with("{}"));
    lines.filter_map(field).collect()
}

fn field(line: &str) -> Option<Field> {
    let (said, number) = line.trim().strip_suffix(';')?.rsplit_once(" = ")?;
    let mut words = said.split_whitespace().rev();
    let (name, kind) = (words.next()?.to_owned(), words.next()?.to_owned());
    Some(Field { name, kind, number: number.parse().ok()? })
}
