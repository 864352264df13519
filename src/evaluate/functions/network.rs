//! CIDR arithmetic.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr>

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::invocation::Invocation;
use super::{FunctionError, Reduced};
use crate::evaluate::value::{Kind, Object, Value};

pub(super) fn parse_cidr(call: &Invocation<'_>) -> Reduced {
    let Some(network) = network(call)? else {
        return Ok(None);
    };
    let text = |address: IpAddr| call.text_value(address.to_string());
    let mut object = Object::new();
    object.insert(call.member("network", text(network.network())));
    object.insert(call.member("netmask", text(network.netmask())));
    // An IPv6 network has no broadcast address, and its first address may be used.
    let (first, last) = match network {
        IpNet::V4(v4) => {
            object.insert(call.member("broadcast", text(v4.broadcast().into())));
            let (first, last) = usable(v4).unwrap_or((v4.network(), v4.network()));
            (first.into(), last.into())
        }
        IpNet::V6(v6) => (v6.network().into(), v6.broadcast().into()),
    };
    object.insert(call.member("firstUsable", text(first)));
    object.insert(call.member("lastUsable", text(last)));
    let prefix = Kind::Integer(i64::from(network.prefix_len()));
    object.insert(call.member("cidr", Value::new(prefix, call.origin.clone())));
    call.gives_object(object)
}

/// The addresses between the network's own and the broadcast address.
fn usable(network: ipnet::Ipv4Net) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let first = u32::from(network.network()).checked_add(1)?;
    let last = u32::from(network.broadcast()).checked_sub(1)?;
    (first <= last && network.prefix_len() < 31).then(|| (first.into(), last.into()))
}

/// The subnet of this index, from 0, of those with the new prefix length.
pub(super) fn cidr_subnet(call: &Invocation<'_>) -> Reduced {
    let (network, prefix, index) = (network(call)?, call.integer(1)?, call.integer(2)?);
    let (Some(network), Some(prefix), Some(index)) = (network, prefix, index) else {
        return Ok(None);
    };
    let new_prefix = u8::try_from(prefix)
        .ok()
        .filter(|prefix| (network.prefix_len()..=network.max_prefix_len()).contains(prefix))
        .ok_or_else(|| {
            call.error(format!(
                "the prefix length {prefix} is not between {} and {}",
                network.prefix_len(),
                network.max_prefix_len()
            ))
        })?;
    let added = u32::from(new_prefix - network.prefix_len());
    let outside = || {
        call.error(format!(
            "{network} has no subnet /{prefix} of index {index}"
        ))
    };
    let index = u128::try_from(index).map_err(|_| outside())?;
    if added < 128 && index >> added != 0 {
        return Err(outside());
    }
    let shift = u32::from(network.max_prefix_len() - new_prefix);
    let offset = index.checked_shl(shift).unwrap_or(0);
    let address = plus(network.network(), offset).ok_or_else(outside)?;
    call.gives_text(format!("{address}/{new_prefix}"))
}

/// The usable address of this index, from 0.
pub(super) fn cidr_host(call: &Invocation<'_>) -> Reduced {
    let (network, index) = (network(call)?, call.integer(1)?);
    let (Some(network), Some(index)) = (network, index) else {
        return Ok(None);
    };
    let outside = || call.error(format!("{network} has no usable address of index {index}"));
    let offset = u128::try_from(index)
        .ok()
        .and_then(|index| index.checked_add(1))
        .ok_or_else(outside)?;
    let address = plus(network.network(), offset)
        .filter(|address| match (network, address) {
            (IpNet::V4(v4), IpAddr::V4(address)) => {
                usable(v4).is_some_and(|(first, last)| (first..=last).contains(address))
            }
            (network, address) => network.contains(address),
        })
        .ok_or_else(outside)?;
    call.gives_text(address.to_string())
}

fn plus(address: IpAddr, offset: u128) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => {
            let sum = u32::from(address).checked_add(u32::try_from(offset).ok()?)?;
            Some(Ipv4Addr::from(sum).into())
        }
        IpAddr::V6(address) => {
            let sum = u128::from(address).checked_add(offset)?;
            Some(Ipv6Addr::from(sum).into())
        }
    }
}

/// The first argument as a network, which may have no bits set in its host part.
fn network(call: &Invocation<'_>) -> Result<Option<IpNet>, FunctionError> {
    let Some(text) = call.string(0)? else {
        return Ok(None);
    };
    // .NET reads such a number as octal, others as decimal.
    // <https://learn.microsoft.com/dotnet/api/system.net.ipaddress.parse>
    let is_octal = |piece: &str| piece.len() > 1 && piece.starts_with('0');
    let (address, _) = text.split_once('/').unwrap_or((text, ""));
    if !address.contains(':') && address.split('.').any(is_octal) {
        return Err(call.error(format!(
            "'{text}' has a number with a leading zero, which is octal to some readers"
        )));
    }
    let network: IpNet = text
        .parse()
        .map_err(|_| call.error(format!("'{text}' is no network in CIDR notation")))?;
    if network.addr() != network.network() {
        return Err(call.error(format!(
            "'{text}' is an address within the network {}",
            network.trunc()
        )));
    }
    Ok(Some(network))
}
