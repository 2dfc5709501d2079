//! Duplicates of an instance.

use instancectl::ids::TaskId;
use instancectl::inventory::{Creation, destroy_duplicate};
use instancectl::text::ManifestArgs;

#[test]
fn both_sides_of_a_race_name_the_same_duplicate() {
    let (one, two): (TaskId, TaskId) = ("aa".parse().unwrap(), "bb".parse().unwrap());
    for (first, second, duplicate) in [
        (Some("2026-01-01 00:00:00"), Some("2026-01-01 00:00:01"), "bb"),
        (Some("2026-01-01 00:00:01"), Some("2026-01-01 00:00:00"), "aa"),
        (Some("2026-01-01 00:00:00"), Some("2026-01-01 00:00:00"), "bb"),
        (None, None, "bb"),
    ] {
        let one = Creation { time: first, id: &one };
        let two = Creation { time: second, id: &two };
        for (own, other) in [(one, two), (two, one)] {
            let removal =
                destroy_duplicate(&ManifestArgs::new("a.yaml"), &"a".into(), own, &[other]);
            let own = removal.own.map(|later| later.destroy);
            let commands: Vec<_> = removal.others.into_iter().chain(own).collect();
            let [command] = &commands[..] else { panic!("{commands:?}") };
            let expected = format!("instancectl destroy -f a.yaml a --id {duplicate}");
            assert_eq!(command.to_string(), expected);
        }
    }
}
