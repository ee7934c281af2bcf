//! The API's description: made of the handlers' own annotations, and completed with what holds for all of them.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{Code, ProblemDocument};
use crate::permissions::{Demand, ENDPOINTS, Endpoint};

const TOKEN: &str = "token";

/// What every refusal may be, beside those that the handlers name: status, and what it is for.
const ALWAYS: [(&str, &str); 3] = [
    ("400", "The request cannot be read, or its query holds a parameter that there is not."),
    ("500", "The service is at fault."),
    ("503", "Too busy, or what the service stands on cannot be reached: later it may work."),
];
const WITH_TOKEN: [(&str, &str); 3] = [
    ("401", "No valid token."),
    ("403", "The caller lacks the permission for this."),
    ("429", "The caller asks too often; `Retry-After` says when there is room."),
];
const LOGIN: [(&str, &str); 1] = [("429", "The address asks too often; `Retry-After` says when there is room.")];

/// The description without any path.
pub(super) fn frame() -> OpenApi {
    let about = "Bundles, runs, hosts and risk objects of a Leat installation. \
        Every refusal is `application/problem+json` (RFC 9457) with a stable `code`.";
    let info = InfoBuilder::new().title("Leat").version(env!("CARGO_PKG_VERSION")).description(Some(about));
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = ComponentsBuilder::new()
        .schema(ProblemDocument::name(), ProblemDocument::schema())
        .schema(Code::name(), Code::schema())
        .security_scheme(TOKEN, token);
    OpenApiBuilder::new().info(info).components(Some(components.build())).build()
}

/// Adds what holds for all operations.
pub(super) fn complete(mut description: OpenApi) -> OpenApi {
    let paths = std::mem::take(&mut description.paths.paths);
    for (path, mut item) in paths {
        if let Some(head) = &mut item.head {
            head.operation_id = Some("head".to_owned());
        }
        for (method, operation) in operations(&mut item) {
            if let Some(endpoint) = ENDPOINTS.iter().find(|e| (e.method, e.path) == (method, path.as_str())) {
                complete_operation(operation, endpoint);
            }
        }
        description.paths.paths.insert(written(&path), item);
    }
    description
}

fn complete_operation(operation: &mut Operation, endpoint: &Endpoint) {
    // Handlers have the names of what they do: two of them may do the same with different things.
    let of = operation.tags.as_ref().and_then(|tags| tags.first()).map_or("", String::as_str);
    operation.operation_id = operation.operation_id.take().map(|id| format!("{of}_{id}"));
    let counted = match endpoint.demand {
        Demand::Open => &[][..],
        Demand::Login => &LOGIN[..],
        _ => &WITH_TOKEN[..],
    };
    if !endpoint.demand.is_of_strangers() {
        operation.security = Some(vec![SecurityRequirement::new::<_, _, String>(TOKEN, [])]);
    }
    let responses = &mut operation.responses.responses;
    for (status, what) in ALWAYS.iter().chain(counted) {
        responses.entry((*status).to_owned()).or_insert_with(|| ResponseBuilder::new().description(*what).into());
    }
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(Response { content, .. }) = response
            && (status.starts_with('4') || status.starts_with('5'))
        {
            let schema = Ref::from_schema_name(ProblemDocument::name());
            let problem = ContentBuilder::new().schema(Some(schema)).build();
            content.entry("application/problem+json".to_owned()).or_insert(problem.into());
        }
    }
}

/// A path as OpenAPI writes it: it has no word for a part that goes on to the end.
fn written(path: &str) -> String {
    path.replace("{*", "{")
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    // HEAD is answered wherever GET is, by the same table's line.
    let all = [
        ("GET", &mut item.get),
        ("GET", &mut item.head),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// What the query of each endpoint may hold, by its method and path.
pub(crate) fn query_names(description: &OpenApi) -> BTreeMap<(&'static str, String), BTreeSet<String>> {
    let name = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
        _ => None,
    };
    let mut names = BTreeMap::new();
    for endpoint in ENDPOINTS {
        let mut item = description.paths.paths.get(&written(endpoint.path)).cloned().unwrap_or_default();
        let operation = operations(&mut item).find(|(method, _)| *method == endpoint.method);
        let parameters = operation.and_then(|(_, operation)| operation.parameters.take()).unwrap_or_default();
        names.insert((endpoint.method, endpoint.path.to_owned()), parameters.iter().filter_map(name).collect());
    }
    names
}

/// The description as it is served and checked in.
pub(crate) fn json(description: &OpenApi) -> String {
    let mut text = description.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
