//! `logs` against file services that answer otherwise than documented.

use std::fs::File;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::centre::{Asked, Centre, HOME, PASSWORD, entries, run, usual};
use crate::platform::Platform;
use crate::support::{Cli, Reply};

/// Returns a platform on which `a` runs, and `logs` of it.
fn logs(centre: &Centre) -> (Platform, Cli) {
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    let cli = centre.cli(&platform, &["logs", "-q"]);
    (platform, cli)
}

/// Returns the data of a list from a request, all entries and those of the page.
type Shape = fn(&Asked, &[Value], Vec<Value>) -> Value;

/// Returns lines of several parts of a download, with their numbers.
fn long() -> String {
    let lines: Vec<String> = (0..200_000).map(|number| format!("line {number}\n")).collect();
    lines.concat()
}

#[test]
fn address_may_end_in_the_segment_of_the_service() {
    let centre = Centre::new(b"one\n");
    let (_platform, logs) = logs(&centre);
    for end in ["", "/", "/efile", "/efile/"] {
        let address = format!("{}{end}", centre.url());
        logs.clone().env("INSTANCECTL_FILE_ENDPOINT", address).run().is(0, "one\n", "");
    }
    centre.password_is_sealed();
}

#[test]
fn list_is_walked_whatever_its_pages_are() {
    let centre = Centre::new(b"one\n");
    let (_platform, logs) = logs(&centre);
    for number in 0..40 {
        for letter in ['A', 'x'] {
            centre.puts(&format!("{letter}{number:02}_0_0/1.out"), b"x\n");
        }
    }
    centre.puts("a_1_0/77.out", b"newest\n");
    let page = |asked: &Asked, all: &[Value], size: usize| -> Vec<Value> {
        all.iter().skip(asked.start).take(size.min(asked.limit)).cloned().collect()
    };
    let shapes: [Shape; 6] = [
        |_, _, page| json!(page),
        |_, all, page| json!({"totalCount": all.len().to_string(), "rows": page}),
        |_, _, page| json!({"total": page.len(), "list": page}),
        |_, _, page| json!({"total": 0, "breadcrumbs": [], "items": page}),
        |_, all, page| json!({"page": {"totalNum": all.len(), "records": page}}),
        // The same page again.
        |asked, all, page| json!({"list": if asked.limit > 100 { all.to_vec() } else { page }}),
    ];
    for shape in shapes {
        centre.is_odd(move |asked, files| {
            let all = entries(&asked.path, files);
            let given = page(asked, &all, 17);
            (asked.is_list && !all.is_empty()).then(|| Reply::success(shape(asked, &all, given)))
        });
        logs.run().is(0, "newest\n", "");
    }
    centre.password_is_sealed();
}

#[test]
fn refused_page_size_is_tried_smaller() {
    let centre = Centre::new(b"one\n");
    let (_platform, logs) = logs(&centre);
    for (most, reply) in [
        (100, Reply::code("10004", "limit too large")),
        (10, Reply::html(400)),
        (9, Reply::code("10003", "bad limit")),
    ] {
        centre.is_odd(move |asked, _| (asked.is_list && asked.limit > most).then(|| reply.clone()));
        if most >= 10 {
            logs.run().is(0, "one\n", "");
        } else {
            let output = logs.run().code(10).stdout("");
            output.stderr_has("cannot read the home directory: bad limit (code 10003").stderr_has(
                &format!("; requested from {}/efile/openapi/v2/file/list\n", centre.url()),
            );
        }
    }
}

#[test]
fn odd_entries_are_understood() {
    let centre = Centre::new(b"one\ntwo\nthree");
    let (_platform, logs) = logs(&centre);
    let shapes: [fn(Value) -> Value; 8] = [
        |entry| json!({"name": entry["path"], "path": entry["path"], "isDirectory": entry["isDirectory"]}),
        |entry| json!({"fileName": entry["name"], "filePath": entry["path"], "size": "13"}),
        |entry| json!({"path": entry["path"], "size": "13 B", "directory": entry["isDirectory"]}),
        |entry| json!({"name": entry["name"], "path": entry["path"], "size": 9999}),
        |entry| json!({"name": entry["name"], "path": entry["path"], "size": 99_999_999}),
        |entry| json!({"name": entry["name"], "path": entry["path"], "size": 0}),
        |entry| json!({"name": entry["name"], "path": entry["path"], "size": 5}),
        |entry| {
            let kind = if entry["isDirectory"] == true { "directory" } else { "file" };
            json!({"name": entry["name"], "path": entry["path"], "type": kind, "size": -1})
        },
    ];
    for shape in shapes {
        centre.is_odd(move |asked, files| {
            let all = entries(&asked.path, files).into_iter().map(shape).collect::<Vec<_>>();
            asked.is_list.then(|| Reply::success(json!({"files": all, "total": all.len()})))
        });
        logs.run().is(0, "one\ntwo\nthree\n", "");
        for (lines, expected) in [("0", ""), ("1", "three\n"), ("2", "two\nthree\n")] {
            logs.clone().args(["--tail", lines]).run().is(0, expected, "");
        }
        logs.clone().args(["--tail", "9"]).run().is(0, "one\ntwo\nthree\n", "");
    }
    centre.password_is_sealed();
}

#[test]
fn part_is_taken_from_a_service_that_sends_another_one() {
    let text = long();
    let centre = Centre::new(text.as_bytes());
    let (_platform, logs) = logs(&centre);
    let oddities: [fn(&Asked, &[u8]) -> Reply; 4] = [
        // The range is ignored.
        |_, bytes| Reply::raw(bytes),
        // Every part is the first one.
        |asked, bytes| match asked.range {
            Some((first, last)) => {
                let end = (last - first + 1).min(bytes.len());
                let range = format!("bytes 0-{}/{}", end - 1, bytes.len());
                Reply::raw(&bytes[..end]).status(206).header("content-range", &range)
            }
            None => Reply::raw(bytes),
        },
        // No range is supported.
        |asked, bytes| match asked.range {
            Some(_) => Reply::html(416),
            None => Reply::raw(bytes),
        },
        // A part is longer than what was asked for, and its size is wrong.
        |asked, bytes| match asked.range {
            Some((first, _)) if first >= bytes.len() => Reply::html(416),
            Some((first, _)) => {
                let range = format!("bytes {first}-{first}/1");
                Reply::raw(&bytes[first..]).status(206).header("content-range", &range)
            }
            None => Reply::html(400),
        },
    ];
    for odd in oddities {
        centre.is_odd(move |asked, files| {
            let bytes = &files.get(&asked.path)?.bytes;
            (!asked.is_list).then(|| odd(asked, bytes))
        });
        let found = logs.run().code(0);
        assert!(found.stdout == text, "{} bytes", found.stdout.len());
        let last = "line 199998\nline 199999\n";
        logs.clone().args(["--tail", "2"]).run().is(0, last, "");
    }
}

#[test]
fn file_that_is_rewritten_while_it_is_read_is_printed_from_its_start() {
    let (old, new) = (long(), long().replace("line", "next"));
    let centre = Centre::new(old.as_bytes());
    let (platform, quiet) = logs(&centre);
    let logs = centre.cli(&platform, &["logs"]);
    let said =
        format!("{} was truncated or rewritten; printing it from its start\n", run("a_0_0/31.out"));
    // The file has these contents one after the other, each for this number of reads.
    let reads = |contents: Vec<(usize, Vec<u8>)>| {
        let contents = Mutex::new(contents);
        centre.is_odd(move |asked, files| {
            if asked.is_list {
                return None;
            }
            let mut contents = contents.lock().unwrap();
            if contents.len() > 1 && contents[0].0 == 0 {
                contents.remove(0);
            }
            contents[0].0 = contents[0].0.saturating_sub(1);
            let mut files = files.clone();
            files.get_mut(&run("a_0_0/31.out")).unwrap().bytes = contents[0].1.clone();
            Some(usual(asked, &files))
        });
    };
    let begin = &old[..1 << 20];
    let printed = &begin[..=begin.rfind('\n').unwrap()];
    for now in [new.into_bytes(), b"last\n".to_vec(), Vec::new()] {
        reads(vec![(1, old.clone().into_bytes()), (1, now.clone())]);
        let output = logs.run().code(0).stderr_has(&said);
        let expected = [printed.as_bytes(), &now].concat();
        assert!(output.stdout.as_bytes() == expected, "{} bytes", output.stdout.len());
        reads(vec![(1, old.clone().into_bytes()), (1, now.clone())]);
        let output = logs.clone().args(["--format", "json"]).run().code(0).stderr_has(&said);
        let found: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(
            found["log"]["lines"].as_array().unwrap().len(),
            now.split(|b| *b == b'\n').count() - 1
        );
    }
    // Every read has other bytes.
    centre.is_odd(|asked, files| {
        let bytes = &files.get(&asked.path)?.bytes;
        Some(Reply::raw(&bytes[..asked.range?.1.min(1 << 20)]).status(206))
    });
    for more in [&[][..], &["--tail", "2"], &["--format", "json"]] {
        let output = quiet.clone().args(more).run().code(10);
        output.stderr_has(&format!(
            "error: {} changes again and again while it is read",
            run("a_0_0/31.out")
        ));
    }
}

#[test]
fn large_file_that_comes_whole_is_not_kept_whole() {
    let centre = Centre::new(b"");
    let (_platform, logs) = logs(&centre);
    // 160 MB of zeros before the last line.
    let mut bytes = vec![b'0'; 160 << 20];
    bytes.extend(b"\nlast\n");
    centre.puts("a_0_0/31.out", &bytes);
    centre.is_odd(|asked, files| {
        let bytes = &files.get(&asked.path)?.bytes;
        (!asked.is_list).then(|| Reply::raw(bytes.clone()))
    });
    let logs =
        logs.args(["--tail", "1"]).under(["sh", "-c", "ulimit -v 400000; exec \"$@\"", "sh"]);
    logs.run().is(0, "last\n", "");
}

#[test]
fn answer_that_is_no_file_is_said_with_its_place() {
    let centre = Centre::new(long().as_bytes());
    let (_platform, logs) = logs(&centre);
    let place = run("a_0_0/31.out");
    let envelope = "{\"code\":\"0\",\"msg\":\"success\",\"data\":null}";
    for (from, reply, code, said) in [
        (
            0,
            Reply::code("1001", "unknown exception").status(206),
            10,
            "unknown exception (code 1001",
        ),
        (0, Reply::raw("\u{feff} <!doctype html>\n"), 10, "HTTP 200 OK"),
        (0, Reply::raw("<!-- gateway -->\n<html>"), 10, "HTTP 200 OK"),
        (0, Reply::html(200), 10, "HTTP 200 OK: <html><body>nginx</body></html>"),
        (9, Reply::code("1001", "unknown exception"), 10, "unknown exception (code 1001"),
        (9, Reply::code("10008", "no permission"), 7, "no permission (code 10008"),
        (0, Reply::raw(envelope), 10, "the response is neither a file nor a list of files"),
        (9, Reply::code("911020", "moved"), 10, "no longer exists"),
        (0, Reply::html(403), 7, "HTTP 403 Forbidden"),
        (0, Reply::html(500), 10, "HTTP 500"),
    ] {
        centre.is_odd(move |asked, _| {
            let is_later = asked.range.is_some_and(|(first, _)| first >= from);
            (!asked.is_list && is_later).then(|| reply.clone())
        });
        let output = logs.run().code(code);
        assert_eq!(output.stdout.is_empty(), from == 0, "{said}");
        output.stderr_has(&place).stderr_has(said);
    }
    // Always another part than the one that was asked for.
    centre.is_odd(|asked, _| {
        let part = || Reply::raw("odd\n").status(206).header("content-range", "bytes 7-10/11");
        (!asked.is_list).then(part)
    });
    let output = logs.run().code(10).stdout("");
    output.stderr_has(&format!(
        "cannot read {place}: the response is another part of the file (`bytes 7-10/11`)"
    ));
}

#[test]
fn list_that_is_none_is_said_with_its_place() {
    let centre = Centre::new(b"one\n");
    let (_platform, logs) = logs(&centre);
    let folder = run("");
    let folder = folder.trim_end_matches('/');
    for (reply, code, said) in [
        (Reply::html(200), 10, format!("cannot read {folder}: HTTP 200 OK")),
        (Reply::success("text"), 10, format!("cannot read {folder}: the response is neither")),
        (Reply::code("10008", "denied"), 7, format!("cannot read {folder}: denied (code 10008")),
        (Reply::html(403), 7, format!("cannot read {folder}: HTTP 403 Forbidden")),
        (Reply::success(Value::Null), 3, format!("{folder} has no folder of a run of `a`")),
        (Reply::code("911020", "gone"), 3, format!("{folder} has no folder of a run of `a`")),
        (Reply::success(json!([{"x": 1}])), 3, format!("{folder} has no folder of a run of `a`")),
    ] {
        centre.is_odd(move |asked, _| (asked.is_list && asked.path != HOME).then(|| reply.clone()));
        let output = logs.run().code(code).stdout("").stderr_has(&said);
        if code != 3 {
            let call = format!("; requested from {}/efile/openapi/v2/file/list\n", centre.url());
            output.stderr_has(&call);
        }
    }
    // Only the run folder cannot be listed.
    let folder = run("a_0_0");
    centre.is_odd(|asked, _| (asked.path == run("a_0_0")).then(|| Reply::html(404)));
    let said = format!("error: cannot read {folder}: HTTP 404 Not Found");
    logs.run().code(10).stdout("").stderr_has(&said);
    // The home folder is not known.
    centre.is_odd(|asked, _| {
        (asked.path == HOME).then(|| Reply::success(json!([{"name": "SothisAI"}])))
    });
    let said = format!("error: the list of the file service {}/efile shows no home", centre.url());
    logs.run().code(10).stdout("").stderr_has(&said);
}

#[test]
fn output_of_an_earlier_instance_is_said_to_be_older() {
    let centre = Centre::new(b"old\n");
    let (_platform, logs) = logs(&centre);
    let older =
        "this output is older than the instance: it is of an earlier one of the same name\n";
    // The instance was created at 2026-11-23 06:11:42, China Standard Time.
    for (changed, expected) in [
        ("2026-11-23 06:00:00", older),
        ("2026-11-22T22:00:00Z", older),
        ("1795384800000", older),
        ("2026-11-23 06:12:00", ""),
        ("2026-11-22T22:13:00.000+0000", ""),
        ("unknown", ""),
    ] {
        centre.dates("a_0_0/31.out", changed);
        logs.run().is(0, "old\n", expected);
        let found = logs.clone().args(["--format", "json"]).run().code(0);
        let found: Value = serde_json::from_str(&found.stdout).unwrap();
        assert_eq!(found["log"]["isOlder"], !expected.is_empty(), "{changed}");
    }
    // The name of the job's script has a time too.
    centre.puts("a_0_0/job_u7_20261122_100000", b"");
    logs.run().is(0, "old\n", older);
    centre.puts("a_0_0/job_u7_20261123_061200", b"");
    centre.dates("a_0_0/31.out", "2026-11-22 22:12:00");
    logs.run().is(0, "old\n", "");
}

#[test]
fn secrets_of_the_script_are_masked() {
    let text = b"+ export API_KEY=0123456789ab\nlogin hunter22x done\nplain\n";
    let centre = Centre::new(text);
    let platform = Platform::new();
    let script = "export API_KEY=0123456789ab\ngit clone https://bob:hunter22x@git.example/a\n";
    platform.holds("a", "Running", |task| task["startScriptContent"] = json!(script));
    let logs = centre.cli(&platform, &["logs", "-q"]);
    let masked = "+ export API_KEY=***\nlogin *** done\nplain\n";
    logs.run().is(0, masked, "");
    logs.clone().args(["--format", "json"]).run().code(0).nowhere("0123456789ab");
    let file = logs.path("raw");
    logs.clone().args(["--raw"]).run_into(File::create(&file).unwrap()).code(0);
    assert_eq!(logs.read("raw"), masked);
}

#[test]
fn followed_file_survives_a_service_that_fails_now_and_then() {
    let centre = Centre::new(b"one\n");
    let platform = Platform::new();
    platform.holds("a", "Running", |_| {});
    let logs = centre.cli(&platform, &["logs", "--follow"]);
    // The list shows an old size.
    let old_size = |asked: &Asked, files: &_| {
        let mut all = entries(&asked.path, files);
        for entry in &mut all {
            entry["size"] = json!(1);
        }
        asked.is_list.then(|| Reply::success(json!({"total": all.len(), "list": all})))
    };
    centre.is_odd(old_size);
    let running = logs.start();
    running.stdout_until("one\n");
    centre.puts("a_0_0/31.out", b"one\ntwo\n");
    running.stdout_until("two\n");
    centre.is_odd(|asked, _| (!asked.is_list).then(|| Reply::code("1001", "unknown exception")));
    centre.puts("a_0_0/31.out", b"one\ntwo\nthree\n");
    running.stderr_until("unknown exception (code 1001");
    centre.is_odd(old_size);
    running.stdout_until("three\n");
    // The next run has a folder before it has output.
    centre.puts("a_1_0/31_node2", PASSWORD.as_bytes());
    centre.is_odd(|asked, files| Some(usual(asked, files)));
    centre.puts("a_0_0/31.out", b"one\ntwo\nthree\nfour\n");
    running.stdout_until("four\n");
    centre.puts("a_1_0/32.out", b"again\n");
    running.stdout_until("again\n");
    // The file shrinks, and the service shows no sizes.
    centre.is_odd(|asked, files| {
        let mut all = entries(&asked.path, files);
        for entry in &mut all {
            entry["size"] = Value::Null;
        }
        asked.is_list.then(|| Reply::success(all))
    });
    centre.puts("a_1_0/32.out", b"new\n");
    running.stdout_until("new\n");
    centre.is_odd(|_, _| Some(Reply::code("10008", "no permission")));
    let output = running.end().code(7).stdout("one\ntwo\nthree\nfour\nagain\nnew\n");
    output
        .stderr_has("; trying again\n")
        .stderr_has(&format!("continued in {}\n", run("a_1_0/32.out")))
        .stderr_has(&format!(
            "{} was truncated or rewritten; printing it from its start\n",
            run("a_1_0/32.out")
        ))
        .stderr_has("error: cannot read ")
        .nowhere(PASSWORD);
    centre.password_is_sealed();
}
