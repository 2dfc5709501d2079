use super::{DecodeError, Record, decode, decode_each, encode};
use crate::lockfile::entry::PendingCreate;
use crate::lockfile::request_body::RequestBody;

fn intent(name: &str) -> Record {
    Record::Intent { name: name.into(), attempt: 1, at: "2026-11-23T06:11:41Z".into() }
}

fn created(name: &str, id: &str) -> Record {
    Record::Created { name: name.into(), id: id.parse().unwrap(), how: None }
}

/// Returns five batches of a run.
fn batches() -> Vec<Vec<Record>> {
    let plan = |name: &str| {
        Record::Plan(PendingCreate {
            name: name.into(),
            region: None,
            endpoint: "sandbox".into(),
            body: RequestBody::from_value(&serde_json::json!({"instanceServiceName": name})),
            known_ids: Some(Vec::new()),
            list_watermark: None,
        })
    };
    vec![
        vec![Record::Head { version: 1, lock: "00".into(), pid: 1, host: None }],
        vec![plan("a"), plan("b"), plan("c")],
        vec![intent("a"), intent("b")],
        vec![created("a", "id-a"), intent("c")],
        vec![created("b", "id-b"), created("c", "id-c")],
    ]
}

fn written(batches: &[Vec<Record>]) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    for (at, batch) in batches.iter().enumerate() {
        bytes.extend(encode(at as u64 + 1, &batch.iter().collect::<Vec<_>>()));
        ends.push(bytes.len());
    }
    (bytes, ends)
}

#[test]
fn records_round_trip_even_before_reserved_space() {
    let (mut bytes, _) = written(&batches());
    assert_eq!(decode(&bytes), Ok(batches().concat()));
    bytes.extend([0; 5000]);
    assert_eq!(decode(&bytes), Ok(batches().concat()));
    assert_eq!(decode(&[]), Ok(vec![]));
    assert_eq!(decode(&[0; 100]), Ok(vec![]));
}

#[test]
fn journal_cut_at_any_byte_yields_all_complete_records() {
    let (bytes, _) = written(&batches());
    let all = batches().concat();
    for cut in 0..bytes.len() {
        // A record is complete before its line end is.
        let complete = &bytes[..=cut];
        let lines = complete.split(|&byte| byte == b'\n').count() - 1;
        for reserved in [0, 1, 600] {
            let mut torn = bytes[..cut].to_vec();
            torn.resize(cut + reserved, 0);
            assert_eq!(decode(&torn).as_deref(), Ok(&all[..lines]), "cut at {cut}");
        }
    }
}

#[test]
fn any_corrupt_byte_loses_no_acknowledged_record_silently() {
    let (bytes, ends) = written(&batches());
    let all = batches().concat();
    let last = ends[ends.len() - 2];
    for at in 0..bytes.len() {
        for with in [0, b'\n', b' ', 0xFF, bytes[at] ^ 1] {
            if with == bytes[at] {
                continue;
            }
            let mut garbled = bytes.clone();
            garbled[at] = with;
            match decode(&garbled) {
                Ok(records) => {
                    assert!(at >= last, "garbled with {with} at {at}");
                    assert_eq!(records[..8], all[..8], "garbled at {at}");
                    assert!(records.iter().all(|record| all.contains(record)));
                }
                Err(DecodeError::Damage { offset, ids }) => {
                    assert!(at < last, "garbled with {with} at {at}");
                    assert!(offset <= at as u64);
                    for id in ["id-b", "id-c"] {
                        assert!(ids.iter().any(|(_, found)| found.as_str() == id), "{at} {ids:?}");
                    }
                }
                Err(DecodeError::Newer) => panic!("garbled with {with} at {at}"),
            }
        }
    }
}

#[test]
fn damaged_newline_before_last_batch_is_not_a_torn_tail() {
    // The last batch is one record: without the line end before it, both look like one bad line.
    let mut batches = batches();
    batches.push(vec![intent("d")]);
    let (bytes, ends) = written(&batches);
    let mut garbled = bytes.clone();
    garbled[ends[4] - 1] = b' ';
    let Err(DecodeError::Damage { ids, .. }) = decode(&garbled) else { panic!("read as torn") };
    let ids: Vec<_> = ids.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(ids, ["id-a", "id-b", "id-c"]);
}

#[test]
fn records_missing_in_the_middle_are_damage() {
    let (bytes, ends) = written(&batches());
    let holes = [(0, ends[0]), (ends[0], ends[1]), (ends[1], ends[2]), (ends[2], ends[3])];
    for (from, to) in holes {
        let mut cut = bytes.clone();
        cut.drain(from..to);
        assert!(matches!(decode(&cut), Err(DecodeError::Damage { .. })), "without {from}..{to}");
        let mut zeroed = bytes.clone();
        zeroed[from..to].fill(0);
        assert!(
            matches!(decode(&zeroed), Err(DecodeError::Damage { .. })),
            "zeros at {from}..{to}"
        );
    }
}

#[test]
fn readable_records_of_a_torn_batch_are_kept() {
    let (mut bytes, ends) = written(&batches());
    bytes[ends[3]..ends[3] + 40].fill(0);
    let records = decode(&bytes).unwrap();
    assert_eq!(records.last(), Some(&created("c", "id-c")));
    assert_eq!(records.len(), 9);
}

#[test]
fn garbage_is_damage_and_not_a_torn_header() {
    assert!(matches!(decode(&[b'x'; 9000]), Err(DecodeError::Damage { .. })));
    for rubbish in [&b"hello\nhello\n"[..], b"x", b"0123456x", b"01234567 {\"batch\":[2", b"0\n"] {
        assert!(matches!(decode(rubbish), Err(DecodeError::Damage { .. })), "{rubbish:?}");
    }
    for torn in [&b"0"[..], b"01234567 ", b"01234567 {\"batch\":[1,1,1],\"rec", b"01\0\0"] {
        assert_eq!(decode(torn), Ok(vec![]), "{torn:?}");
    }
}

#[test]
fn valid_records_of_unknown_kind_mean_a_newer_version() {
    let json = br#"{"batch":[1,1,1],"record":{"teleported":{"name":"a"}}}"#;
    let mut line = format!("{:08x} ", crc32c::crc32c(json)).into_bytes();
    line.extend(json);
    line.push(b'\n');
    assert_eq!(decode(&line), Err(DecodeError::Newer));
}

#[test]
fn appended_batches_decode_and_only_the_last_may_be_torn() {
    let (one, two) = (encode(1, &[&created("a", "id-a")]), encode(1, &[&created("b", "id-b")]));
    let both = [b"\n", &one[..], b"\n", &two[..]].concat();
    assert_eq!(decode_each(&both), Ok(vec![created("a", "id-a"), created("b", "id-b")]));
    let torn = &both[..both.len() - 4];
    assert_eq!(decode_each(torn), Ok(vec![created("a", "id-a")]));
    let broken = [b"\n", &one[..20], b"\n", &two[..]].concat();
    assert!(matches!(decode_each(&broken), Err(DecodeError::Damage { .. })));
}
