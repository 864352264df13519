//! URIs: putting them together and taking them apart.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::Reduced;
use super::invocation::Invocation;
use crate::evaluate::value::{Kind, Object, Value};

/// What `uriComponent` encodes: all but the unreserved characters of RFC 3986, as `Uri.EscapeDataString` does.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn uri_component(call: &Invocation<'_>) -> Reduced {
    match call.string(0)? {
        Some(text) => call.gives_text(utf8_percent_encode(text, COMPONENT).to_string()),
        None => Ok(None),
    }
}

pub(super) fn uri_component_to_string(call: &Invocation<'_>) -> Reduced {
    let Some(text) = call.string(0)? else {
        return Ok(None);
    };
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => call.gives_text(&*text),
        Err(_) => Err(call.error("the escapes are not those of UTF-8 text")),
    }
}

/// The relative URI resolved against the base, by RFC 3986 section 5. Undecided where .NET would write a character
/// differently from other libraries: escapes and what needs one.
pub(super) fn uri(call: &Invocation<'_>) -> Reduced {
    let (Some(base), Some(relative)) = (call.string(0)?, call.string(1)?) else {
        return Ok(None);
    };
    if !is_plain(base) || !is_plain(relative) {
        return Ok(None);
    }
    let base = Url::parse(base)
        .ok()
        .filter(|base| !base.cannot_be_a_base())
        .ok_or_else(|| call.error(format!("'{base}' is no absolute URI")))?;
    let joined = base
        .join(relative)
        .map_err(|error| call.error(format!("'{relative}' is no URI: {error}")))?;
    call.gives_text(joined.as_str())
}

/// Whether a text is made of characters that every library leaves as they are.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte))
}

/// `createObject('scheme', 'https', 'host', 'example.com', 'port', 8080, 'path', '/a', 'query', 'x=1')`.
pub(super) fn build_uri(call: &Invocation<'_>) -> Reduced {
    let Some(components) = call.object(0)? else {
        return Ok(None);
    };
    let mut texts = Vec::new();
    for name in ["scheme", "host", "port", "path", "query"] {
        match components.get(name).map(|member| &member.value.kind) {
            None | Some(Kind::Null) => texts.push(String::new()),
            Some(Kind::String(text)) => texts.push(text.to_string()),
            Some(Kind::Integer(number)) if name == "port" => texts.push(number.to_string()),
            Some(Kind::Symbolic(_) | Kind::Mixed(_)) => return Ok(None),
            Some(_) => return Err(call.error(format!("the component '{name}' is no string"))),
        }
    }
    let [scheme, host, port, path, query] = texts.as_slice() else {
        return Ok(None);
    };
    if host.is_empty() {
        return Err(call.error("a URI needs the component 'host'"));
    }
    let scheme = if scheme.is_empty() { "https" } else { scheme };
    let default_port = matches!(
        (scheme, port.as_str()),
        (_, "" | "-1") | ("https", "443") | ("http", "80")
    );
    let port = if default_port {
        String::new()
    } else {
        format!(":{port}")
    };
    let path = format!("/{}", path.trim_start_matches('/'));
    let query = match query.trim_start_matches('?') {
        "" => String::new(),
        query => format!("?{query}"),
    };
    call.gives_text(format!("{scheme}://{host}{port}{path}{query}"))
}

/// The components of an absolute URI. The port is that of the scheme where none is written.
pub(super) fn parse_uri(call: &Invocation<'_>) -> Reduced {
    let Some(text) = call.string(0)? else {
        return Ok(None);
    };
    if !is_plain(text) {
        return Ok(None);
    }
    let invalid = || call.error(format!("'{text}' is no absolute URI"));
    let uri = Url::parse(text).map_err(|_| invalid())?;
    let (Some(host), Some(port)) = (uri.host_str(), uri.port_or_known_default()) else {
        return Err(invalid());
    };
    let query = uri.query().map(|query| format!("?{query}"));
    let text = |text: &str| call.text_value(text);
    let port = Value::new(Kind::Integer(i64::from(port)), call.origin.clone());
    let members = [
        call.member("scheme", text(uri.scheme())),
        call.member("host", text(host)),
        call.member("port", port),
        call.member("path", text(uri.path())),
        call.member("query", text(query.as_deref().unwrap_or_default())),
    ];
    call.gives_object(members.into_iter().collect::<Object>())
}
