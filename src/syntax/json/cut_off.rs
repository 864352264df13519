//! What `ConvertTo-Json` of PowerShell writes in the place of a value that nests too deep.
//!
//! In: the text of a string. Out: whether a value was cut off there. It refuses to know what was in the value.

/// Whether PowerShell wrote a text in the place of a value that nests too deep: what the value's `ToString` gives, the
/// name of its .NET type or `@{name=value; …}`.
/// <https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/convertto-json>
pub fn is_cut_off(text: &str) -> bool {
    let is_type = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._`[],+ =-".contains(&byte))
    };
    (text.starts_with("@{") && text.ends_with('}'))
        || (["System.", "Microsoft.Azure."]
            .iter()
            .any(|start| text.starts_with(start))
            && is_type(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_powershell_cuts_off_is_told_from_text() {
        for text in [
            "@{bypass=AzureServices; defaultAction=Deny; ipRules=System.Object[]}",
            "@{value=1.2.3.4} @{value=5.6.7.8}",
            "System.Object[]",
            "System.Collections.Generic.List`1[System.String]",
            "Microsoft.Azure.Commands.KeyVault.Models.PSKeyVaultNetworkRuleSet",
        ] {
            assert!(is_cut_off(text), "{text}");
        }
        for text in [
            "",
            "AzureServices",
            "Microsoft.KeyVault/vaults",
            "@{",
            "Microsoft.AzureArcData/x",
        ] {
            assert!(!is_cut_off(text), "{text}");
        }
    }
}
