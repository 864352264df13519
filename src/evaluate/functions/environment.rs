//! `environment()`: the endpoints of the Azure clouds.
//!
//! Public Azure as the page shows it
//! (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment#environment>); the
//! sovereign clouds as `az cloud show` prints them. What has no such endpoint in a sovereign cloud is left out, as the
//! page allows.

use crate::evaluate::origin::Origin;
use crate::evaluate::value::{Member, Object, Value};

/// An Azure cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cloud {
    /// Public Azure.
    #[default]
    Public,
    /// Azure US Government.
    UsGovernment,
    /// Azure operated by 21Vianet in China.
    China,
}

impl Cloud {
    /// The cloud of this name, whatever its case.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Public, Self::UsGovernment, Self::China]
            .into_iter()
            .find(|cloud| cloud.name().eq_ignore_ascii_case(name))
    }

    /// The name that `environment().name` and the Azure CLI give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "AzureCloud",
            Self::UsGovernment => "AzureUSGovernment",
            Self::China => "AzureChinaCloud",
        }
    }
}

/// The value of `environment()` in a cloud.
pub fn environment(cloud: Cloud, origin: &Origin) -> Value {
    let endpoints = endpoints(cloud);
    let mut object = strings(&[("name", cloud.name())], origin);
    for (name, value) in endpoints.top {
        object.insert(member(name, Value::string(*value, origin.clone()), origin));
    }
    let mut authentication = strings(&[("loginEndpoint", endpoints.login)], origin);
    let audiences = endpoints
        .audiences
        .iter()
        .map(|audience| Value::string(*audience, origin.clone()));
    let audiences = Value::array(audiences.collect(), origin.clone());
    authentication.insert(member("audiences", audiences, origin));
    for (name, value) in [("tenant", "common"), ("identityProvider", "AAD")] {
        authentication.insert(member(name, Value::string(value, origin.clone()), origin));
    }
    let authentication = Value::object(authentication, origin.clone());
    object.insert(member("authentication", authentication, origin));
    let suffixes = Value::object(strings(endpoints.suffixes, origin), origin.clone());
    object.insert(member("suffixes", suffixes, origin));
    Value::object(object, origin.clone())
}

fn strings(pairs: &[(&str, &str)], origin: &Origin) -> Object {
    pairs
        .iter()
        .map(|(name, value)| member(name, Value::string(*value, origin.clone()), origin))
        .collect()
}

fn member(key: &str, value: Value, origin: &Origin) -> Member {
    Member {
        key: key.into(),
        key_place: origin.place,
        value,
    }
}

struct Endpoints {
    top: &'static [(&'static str, &'static str)],
    login: &'static str,
    audiences: &'static [&'static str],
    suffixes: &'static [(&'static str, &'static str)],
}

const IMAGE_ALIASES: &str = "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json";

fn endpoints(cloud: Cloud) -> Endpoints {
    match cloud {
        Cloud::Public => Endpoints {
            top: &[
                ("gallery", "https://gallery.azure.com/"),
                ("graph", "https://graph.windows.net/"),
                ("portal", "https://portal.azure.com"),
                ("graphAudience", "https://graph.windows.net/"),
                ("activeDirectoryDataLake", "https://datalake.azure.net/"),
                ("batch", "https://batch.core.windows.net/"),
                ("media", "https://rest.media.azure.net"),
                ("sqlManagement", "https://management.core.windows.net:8443/"),
                ("vmImageAliasDoc", IMAGE_ALIASES),
                ("resourceManager", "https://management.azure.com/"),
            ],
            login: "https://login.microsoftonline.com/",
            audiences: &[
                "https://management.core.windows.net/",
                "https://management.azure.com/",
            ],
            suffixes: &[
                ("acrLoginServer", ".azurecr.io"),
                (
                    "azureDatalakeAnalyticsCatalogAndJob",
                    "azuredatalakeanalytics.net",
                ),
                ("azureDatalakeStoreFileSystem", "azuredatalakestore.net"),
                ("azureFrontDoorEndpointSuffix", "azurefd.net"),
                ("keyvaultDns", ".vault.azure.net"),
                ("sqlServerHostname", ".database.windows.net"),
                ("storage", "core.windows.net"),
            ],
        },
        Cloud::UsGovernment => Endpoints {
            top: &[
                ("gallery", "https://gallery.usgovcloudapi.net/"),
                ("graph", "https://graph.windows.net/"),
                ("portal", "https://portal.azure.us"),
                ("graphAudience", "https://graph.windows.net/"),
                ("batch", "https://batch.core.usgovcloudapi.net/"),
                ("media", "https://rest.media.usgovcloudapi.net"),
                (
                    "sqlManagement",
                    "https://management.core.usgovcloudapi.net:8443/",
                ),
                ("vmImageAliasDoc", IMAGE_ALIASES),
                ("resourceManager", "https://management.usgovcloudapi.net"),
            ],
            login: "https://login.microsoftonline.us/",
            audiences: &[
                "https://management.core.usgovcloudapi.net/",
                "https://management.usgovcloudapi.net",
            ],
            suffixes: &[
                ("acrLoginServer", ".azurecr.us"),
                ("keyvaultDns", ".vault.usgovcloudapi.net"),
                ("sqlServerHostname", ".database.usgovcloudapi.net"),
                ("storage", "core.usgovcloudapi.net"),
            ],
        },
        Cloud::China => Endpoints {
            top: &[
                ("gallery", "https://gallery.chinacloudapi.cn/"),
                ("graph", "https://graph.chinacloudapi.cn/"),
                ("portal", "https://portal.azure.cn"),
                ("graphAudience", "https://graph.chinacloudapi.cn/"),
                ("batch", "https://batch.chinacloudapi.cn/"),
                ("media", "https://rest.media.chinacloudapi.cn"),
                (
                    "sqlManagement",
                    "https://management.core.chinacloudapi.cn:8443/",
                ),
                ("vmImageAliasDoc", IMAGE_ALIASES),
                ("resourceManager", "https://management.chinacloudapi.cn"),
            ],
            login: "https://login.chinacloudapi.cn/",
            audiences: &[
                "https://management.core.chinacloudapi.cn/",
                "https://management.chinacloudapi.cn",
            ],
            suffixes: &[
                ("acrLoginServer", ".azurecr.cn"),
                ("keyvaultDns", ".vault.azure.cn"),
                ("sqlServerHostname", ".database.chinacloudapi.cn"),
                ("storage", "core.chinacloudapi.cn"),
            ],
        },
    }
}
