//! x
fn main() {
    if std::env::args().len() == 1 {
        print!("{}", instancectl::schema::text());
        return;
    }
    for f in std::env::args().skip(1) {
        let (s, e) = instancectl::source::SourceFile::from_bytes(&f, std::fs::read(&f).unwrap());
        let c = instancectl::validate::validate(&s, e);
        println!("{f}: {} instances, ok {}", c.instances, c.manifest.is_some());
        for d in c.diagnostics {
            println!(
                "  {}:{}: {}  | {} | {:?}",
                s.position(d.span.start as usize),
                d.problem.code(),
                d.problem,
                d.problem.help(),
                d.fix.map(|f| f.text)
            );
        }
    }
}
