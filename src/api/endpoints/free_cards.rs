//! `GET {platform}/ac/openapi/v2/resources/accelerators?clusterIds=..`: the free cards of the resource
//! groups. The call is documented for notebooks, whose groups are those of containers if their names are
//! equal. Its response is read leniently.

use reqwest::{Method, Url};
use serde_json::Value;

use super::detail::number;
use crate::api::auth::environment::PLATFORM_URL;
use crate::api::auth::token::TokenLease;
use crate::api::client::{ApiError, Client};
use crate::api::http::{HttpClient, HttpRequest};
use crate::api::{CredentialsError, base_url};
use crate::ids::Region;

const PATH: &str = "/ac/openapi/v2/resources/accelerators";

/// Keys with the code of a group, its name, its free cards and all its cards.
const CODE: [&str; 2] = ["resourceGroupCode", "resourceGroup"];
const NAME: [&str; 3] = ["resourceGroupName", "groupName", "name"];
const FREE: [&str; 2] = ["maxFreeNum", "freeNum"];
const ALL: [&str; 2] = ["maxNum", "totalNum"];

/// Client of the platform's own service, for one region.
pub struct PlatformService {
    client: Client,
    base: Url,
    wire: HttpClient,
}

/// The cards of a resource group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCards {
    /// The code of the group, or its name if it has no code.
    pub group: String,
    /// Its name, if it has another one than its code.
    pub name: Option<String>,
    /// The free cards.
    pub free: u64,
    /// All cards, if known.
    pub all: Option<u64>,
}

impl Client {
    /// Sets up the client of the platform's own service; `None` if its address is not known.
    pub fn platform_service(&self) -> Result<Option<PlatformService>, CredentialsError> {
        let access = &self.inner.access;
        let Some(platform) = &access.platform else { return Ok(None) };
        let (base, options) = (platform.base()?, self.inner.wire.options());
        let wire = HttpClient::new(&base, PLATFORM_URL, &access.network, options)?;
        Ok(Some(PlatformService { client: self.clone(), base, wire }))
    }
}

impl PlatformService {
    /// Returns the response about the cards of the region, as received; [`group_cards`] reads it.
    pub async fn accelerators(&self) -> Result<Value, ApiError> {
        let mut url = base_url::join(&self.base, PATH);
        if let Some(region) = self.client.region() {
            url.query_pairs_mut().append_pair("clusterIds", region.as_str());
        }
        let send = async |lease: &TokenLease| {
            let (headers, secrets) = (lease.token.header(), &lease.secrets);
            self.wire.send_idempotent(HttpRequest::new(Method::GET, &url, headers, secrets)).await
        };
        self.client.with_token(send).await
    }
}

impl GroupCards {
    /// Returns the cards of the group with this code or, if none has it, this name.
    pub fn find<'a>(groups: &'a [Self], group: &str) -> Option<&'a Self> {
        let by_code = groups.iter().find(|found| found.group == group);
        by_code.or_else(|| groups.iter().find(|found| found.name.as_deref() == Some(group)))
    }
}

/// Reads the cards of the groups of a region; `None` if the response is not a list, has no group with a
/// number of free cards, or is about several regions and the region is not known. Several entries of one
/// group, such as those of several models, are added up.
pub fn group_cards(data: &Value, region: Option<&Region>) -> Option<Vec<GroupCards>> {
    let inner = ["data", "items", "records", "list"].iter().find_map(|key| data.get(key));
    let items = inner.unwrap_or(data).as_array()?;
    let mut groups: Vec<GroupCards> = Vec::new();
    let mut other = None;
    for item in items {
        let own = text(item, &["clusterId"]);
        if own.is_some() && region.is_some() && own.as_deref() != region.map(Region::as_str) {
            continue;
        }
        if region.is_none() && own != *other.get_or_insert_with(|| own.clone()) {
            return None;
        }
        let name = text(item, &NAME);
        let group = text(item, &CODE).or_else(|| name.clone());
        let (Some(group), Some(free)) = (group, amount(item, &FREE)) else { continue };
        let name = name.filter(|name| *name != group);
        let all = amount(item, &ALL);
        match groups.iter_mut().find(|known| known.group == group) {
            Some(known) => {
                known.free = known.free.saturating_add(free);
                known.all = known.all.zip(all).map(|(one, other)| one.saturating_add(other));
            }
            None => groups.push(GroupCards { group, name, free, all }),
        }
    }
    (items.is_empty() || !groups.is_empty()).then_some(groups)
}

/// Returns the first of some fields, as text.
fn text(item: &Value, keys: &[&str]) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    keys.iter().find_map(|key| item.get(key).and_then(text))
}

fn amount(item: &Value, keys: &[&str]) -> Option<u64> {
    keys.iter().find_map(|key| item.get(key).and_then(number))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{GroupCards, group_cards};
    use crate::ids::Region;

    fn read(data: &Value) -> Option<Vec<GroupCards>> {
        group_cards(data, Some(&Region::from("11250".to_owned())))
    }

    #[test]
    fn cards_are_read_from_every_plausible_shape() {
        let group = json!({"resourceGroupCode": "a", "resourceGroupName": "A", "clusterId": 11250,
                           "maxNum": "8", "maxFreeNum": 3});
        let expected =
            GroupCards { group: "a".to_owned(), name: Some("A".to_owned()), free: 3, all: Some(8) };
        for data in [json!([group]), json!({"total": 1, "list": [group]})] {
            assert_eq!(read(&data).unwrap(), std::slice::from_ref(&expected));
        }
        assert_eq!(read(&json!([])).unwrap(), []);
        assert_eq!(read(&json!([{"name": "b"}, group])).unwrap(), std::slice::from_ref(&expected));
        let elsewhere =
            json!([group, {"resourceGroupCode": "a", "clusterId": "2", "maxFreeNum": 9}]);
        assert_eq!(group_cards(&elsewhere, None), None);
        for odd in [json!(null), json!({"a": 1}), json!("x"), json!([1]), json!([{"name": "a"}])] {
            assert_eq!(read(&odd), None, "{odd}");
        }
    }

    #[test]
    fn group_is_found_by_its_code_before_its_name_and_only_in_its_region() {
        let group = |code: &str, name: &str, free: u64, region: &str| {
            json!({"resourceGroupCode": code, "resourceGroupName": name, "maxFreeNum": free,
                   "clusterId": region})
        };
        let groups = read(&json!([
            group("x", "a", 1, "11250"),
            group("a", "b", 2, "11250"),
            group("a", "b", 5, "11250"),
            group("a", "b", 100, "20057"),
        ]));
        let free = |name| GroupCards::find(groups.as_deref().unwrap(), name).map(|own| own.free);
        assert_eq!((free("a"), free("b"), free("x"), free("c")), (Some(7), Some(7), Some(1), None));
    }
}
