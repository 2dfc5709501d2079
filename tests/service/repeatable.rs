//! The calls that can be repeated: list, detail, delete.

use instancectl::api::client::ApiError;
use instancectl::api::endpoints::list::ListQuery;
use serde_json::json;

use crate::support::{Reply, Service};
use crate::{ID, client};

#[tokio::test]
async fn list_falls_back_to_second_form_and_keeps_it() {
    for lack in [Reply::html(404), Reply::html(405), Reply::success("no list")] {
        let service = Service::each(move |request| {
            let second = request.path.contains("/task/list");
            let list = Reply::success(json!({"total": 1, "data": [{"id": ID}]}));
            if second { list } else { lack.clone() }
        });
        let client = client(&service.url());
        let name = Some("a&b".to_owned());
        let query =
            ListQuery { instance_service_name: name, limit: Some(5), ..ListQuery::default() };
        for _ in 0..2 {
            let page = client.list(&query).await.unwrap();
            assert_eq!((page.total, page.items[0].id().as_str()), (Some(1), ID));
        }
        let received = service.received();
        let paths: Vec<_> = received.iter().map(|request| &*request.path).collect();
        let second = "/ai/openapi/v2/instance-service/task/list?limit=5&instanceServiceName=a%26b";
        assert_eq!(paths, ["/ai/openapi/v2/instance-service/task", second, second]);
        assert_eq!(received[0].json(), json!({"instanceServiceName": "a&b", "limit": 5}));
    }
    let service = Service::start([Reply::html(404)]);
    let answer = client(&service.url()).list(&ListQuery::default()).await;
    assert!(matches!(answer, Err(ApiError::EndpointMissing(_))), "{answer:?}");
}

#[tokio::test]
async fn reads_and_deletes_are_retried() {
    let script =
        [Reply::close(), Reply::html(502), Reply::success(json!({"id": ID, "status": "?"}))];
    let service = Service::start(script);
    let detail = client(&service.url()).detail(&ID.parse().unwrap()).await.unwrap();
    assert_eq!(detail.status().unwrap().as_str(), "?");
    assert_eq!(service.received().len(), 3);
    let service = Service::start([Reply::html(503)]);
    let answer = client(&service.url()).delete(&[ID.parse().unwrap()]).await;
    assert!(matches!(answer, Err(ApiError::Unreachable(_))), "{answer:?}");
    let received = service.received();
    assert_eq!(received.len(), 4);
    assert_eq!(received[0].method, "DELETE");
    assert_eq!(received[0].path, format!("/ai/openapi/v2/instance-service/task?ids={ID}"));
}
