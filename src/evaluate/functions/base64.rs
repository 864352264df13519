//! Base64 and data URIs.

use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::display::json_text;
use super::invocation::Invocation;
use super::{FunctionError, Reduced, json};
use crate::evaluate::value::Kind;

pub(super) fn base64(call: &Invocation<'_>) -> Reduced {
    match call.string(0)? {
        Some(text) => call.gives_text(STANDARD.encode(text)),
        None => Ok(None),
    }
}

pub(super) fn base64_to_string(call: &Invocation<'_>) -> Reduced {
    match call.string(0)? {
        Some(text) => call.gives_text(decoded(call, text)?),
        None => Ok(None),
    }
}

pub(super) fn base64_to_json(call: &Invocation<'_>) -> Reduced {
    match call.string(0)? {
        Some(text) => json::parse(call, &decoded(call, text)?),
        None => Ok(None),
    }
}

fn decoded(call: &Invocation<'_>, text: &str) -> Result<String, FunctionError> {
    // .NET skips white space within base64.
    let compact: String = text.split_ascii_whitespace().collect();
    let bytes = STANDARD
        .decode(compact)
        .map_err(|error| call.error(format!("the text is no base64: {error}")))?;
    String::from_utf8(bytes).map_err(|_| call.error("the base64 is not that of UTF-8 text"))
}

/// A string as plain text, any other value as JSON. The engine writes `charset=utf-8`; the page still shows `utf8`.
pub(super) fn data_uri(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    let (media_type, text) = match &value.kind {
        Kind::String(text) => ("text/plain", Some(text.to_string())),
        Kind::Mixed(_) | Kind::Symbolic(_) => return Ok(None),
        _ => ("application/json", json_text(value, '"')),
    };
    match text {
        Some(text) => {
            let content = STANDARD.encode(text);
            call.gives_text(format!("data:{media_type};charset=utf-8;base64,{content}"))
        }
        None => Ok(None),
    }
}

/// The content of a data URI, which is a value where its type is JSON. <https://www.rfc-editor.org/rfc/rfc2397>
pub(super) fn data_uri_to_string(call: &Invocation<'_>) -> Reduced {
    let Some(text) = call.string(0)? else {
        return Ok(None);
    };
    let malformed = || call.error("the text is no data URI");
    let head = text
        .get(..5)
        .filter(|head| head.eq_ignore_ascii_case("data:"));
    let (header, content) = head
        .and_then(|head| text[head.len()..].split_once(','))
        .ok_or_else(malformed)?;
    let mut parameters = header.split(';');
    let media_type = parameters.next().unwrap_or_default();
    let is_base64 = parameters.any(|parameter| parameter.eq_ignore_ascii_case("base64"));
    let content = if is_base64 {
        decoded(call, content)?
    } else {
        let decoded = percent_decode_str(content).decode_utf8();
        decoded.map_err(|_| malformed())?.into_owned()
    };
    if media_type.eq_ignore_ascii_case("application/json") {
        json::parse(call, &content)
    } else {
        call.gives_text(content)
    }
}
