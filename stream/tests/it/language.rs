//! Forms that the corpus does not have: ours, those that VOR's grammar and ours must tell apart, and what the tree says.

use leat_stream::parser::{Parsed, parse};
use leat_stream::schema::DataType;
use leat_stream::source::SourceFile;
use leat_stream::syntax::{
    BindingValue, Database, LocationKind, OnErrorChoice, OptionName, OptionValue, Statement, Suffix, TemplatePart,
    VariableKind,
};

fn read(text: &str) -> Parsed {
    parse(&SourceFile::new("language.strm", text))
}

#[test]
fn what_leat_adds_is_accepted() {
    for text in [
        "in \"in/2024-01/loans.parquet\" -> loans null=\".\" dates=\"%m/%d/%Y\" types=infer on_error=skip",
        "in 'a b.csv.zst' -> q types=DECLARED on_error=queue(bad)",
        "out q -> \"${book}/q.csv\" delim=\";\" null=\"NA\" dates=\"%Y\"",
        "queue loans (id int64, balance float64, rating text null, \"as of\" date, x decimal(18, 4) NULL,)",
        "QUEUE q (null text, type int32, name boolean)",
        "param confidence float64 = 0.99 descr=\"x\" label='y'",
        "param a text param b boolean = TRUE param c int64 = -5",
        "node n(a)(b) component=\"n.wasm\" threads=4 by=id,book memory=\"256MiB\" timeout=\"30s\" stack=\"1MiB\"",
        "node n(a)(b) on_error=fail max_output=\"1GiB\" max_log=\"1MiB\" lang=rust",
        "node n(a)(b) params=(rate=0.05, book=\"x\", up=true, level=confidence, cob=var.cob, feed=opt.a.b.c,)",
        "node n(a)(b) lang=c node m(a)(b) lang=JS exec_when=x,y",
        "node n(a b, c d)(e) model (a, b c)(d)",
        "in a -> b exec_when=x sas exec_when=x process p exec_when=x model (a)(b) exec_when=x",
        "sql with x as (select 1) select * from x; into=y exec_when=x",
        "sql select ';' as a, \";\" as b -- ; it's\n /* ; */ from c; name=d",
    ] {
        let parsed = read(text);
        assert!(parsed.diagnostics.is_empty(), "{text}: {:?}", parsed.diagnostics);
    }
}

#[test]
fn what_vor_accepts_for_the_way_it_cuts_tokens_is_accepted() {
    for text in [
        "in a / b .csv -> q in / a/b -> q in f.CSV -> q",
        "in s3://lake / a b - c / ${ var . x } d .csv .gz -> q",
        "out q -> s3://a/b c out q -> s3://a/b.gz mode=append out q -> s3://a/b compress",
        "sql select ; name=x",
        "sql select a' from b; name=x descr='y'",
        "descr \"C:\\data\\\"",
        "sas name=a->(part) out->(ds=b) framework=x",
        "out a -> t.u db=pg { connection='x' } db=mssql(kb=1.5 rows=-2e3)",
        "in a . csv -> q",
    ] {
        let parsed = read(text);
        assert!(parsed.is_accepted(), "{text}: {:?}", parsed.diagnostics);
    }
}

#[test]
fn what_vor_refuses_near_our_additions_is_refused() {
    for text in [
        "out q -> a/b.csv",
        "out q -> /b.csv",
        "out q -> var.x.csv",
        "out q -> a.sas7bdat",
        "out q -> q.csv delim=\",\"",
        "out q -> s3://a/b db=pg",
        "out q -> q.csv mode=append",
        "in a.gz -> q",
        "in a.csv.gz -> q",
        "in a/b.CSV -> q",
        "in a.b.c.d -> q",
        "in opt.a.b.c.d -> q",
        "in opt.a.b.csv -> q",
        "in S3://a/b -> q",
        "in s3://a -> q",
        "in s3://a/2024/b -> q",
        "in s3://a/b.csv -> q delim=\",\"",
        "in a.csv -> q compress",
        "in a.csv -> q setsig=x",
        "node n(a)(b c)",
        "node n(a)(b) name=x",
        "node n(a)(b) lang=java",
        "node n(a)(b) rate=0.05",
        "node n()(b)",
        "model ()(b)",
        "process p(a b)(c)",
        "process p { name x }",
        "process p { in a -> b",
        "in a -> b }",
        "out q -> t.u db=mssql()",
        "out q -> t.u db=pg()",
        "out q -> t.u db=pg(connection=\"a\"}",
        "in a -> b delim=\"\t\"",
        "sql select a from b;;",
        "sql selecta from b;",
        "sql select;",
        "sql with;",
        "sas a->(ds=b) name=x c->(ds=d)",
        "name x\u{C}",
        "name s3",
        "in TRUE -> descr",
        "queue q",
        "queue q ()",
        "queue q (a)",
        "queue q (a float)",
        "queue q (a decimal(39,2))",
        "param x",
        "param x float64 =",
        "in \"\" -> q",
        "in \"${x\" -> q",
        "in \"${x.y}\" -> q",
        "in \"a\\nb\" -> q",
        "node n(a)(b) on_error=queue",
        "node n(a)(b) params=(x)",
    ] {
        assert!(!read(text).is_accepted(), "{text}");
    }
}

#[test]
fn locations_are_told_apart() {
    let kind = |written: &str| {
        let parsed = read(&format!("in {written} -> q"));
        assert!(parsed.diagnostics.is_empty(), "{written}: {:?}", parsed.diagnostics);
        match parsed.file.statements().next() {
            Some(Statement::Input(input)) => input.source.kind.clone(),
            other => panic!("{written}: {other:?}"),
        }
    };
    let local = |path: &str, suffix| LocationKind::Local { path: path.to_owned(), suffix };
    assert_eq!(kind("/a / b .csv"), local("/a/b.csv", Some(Suffix::Csv)));
    assert_eq!(kind("a.CSV"), local("a.CSV", Some(Suffix::Csv)));
    assert_eq!(kind("var"), local("var", None));
    assert_eq!(kind("a.sas7bdat"), local("a.sas7bdat", Some(Suffix::Sas7bdat)));
    assert!(matches!(kind("VAR.x.csv"), LocationKind::Variable { variable, suffix: Some(Suffix::Csv) }
        if variable.kind == VariableKind::Var && variable.path == "x"));
    assert!(matches!(kind("opt.a.b.c"), LocationKind::Variable { variable, suffix: None }
        if variable.kind == VariableKind::Opt && variable.path == "a.b.c"));
    assert!(matches!(kind("opt.a.b"), LocationKind::Table { database: Some(_), table, .. } if table.text == "b"));
    assert!(
        matches!(kind("tape.parquet"), LocationKind::Table { database: None, schema, .. } if schema.text == "tape")
    );
    let LocationKind::Quoted(quoted) = kind("\"in/${book}.CSV\"") else { panic!("not quoted") };
    assert!(matches!(&quoted.parts[1], TemplatePart::Param(name) if name.text == "book"));
    assert!(quoted.ends_with(".csv"));
    let LocationKind::S3(address) = kind("s3://a-b/${dyn.x}/c.csv.gz") else { panic!("not in S3") };
    assert_eq!(address.parts[0], TemplatePart::Text("s3://a-b/".to_owned()));
    assert_eq!(address.parts[2], TemplatePart::Text("/c.csv.gz".to_owned()));
}

#[test]
fn options_keep_their_values_and_places() {
    let text = "node n(a)(b) label=\"x\" label='y' on_error=queue(bad) params=(rate=0.05, level=conf) \
                in t -> q delim='\\t' db=mssql(kb=4 order=a,b)";
    let parsed = read(text);
    assert!(parsed.is_accepted());
    let statements: Vec<&Statement> = parsed.file.statements().collect();
    let node = statements[0].options().expect("a node has options");
    assert_eq!(node.list.len(), 4);
    assert_eq!(node.text(OptionName::Label).map(|label| label.value.as_str()), Some("y"));
    assert_eq!(&text[node.list[0].span.range()], "label=\"x\"");
    assert_eq!(&text[node.list[0].name_span.range()], "label");
    let on_error = node.get(OptionName::OnError).map(|option| &option.value);
    assert!(matches!(on_error, Some(OptionValue::OnError(OnErrorChoice::Queue(bad))) if bad.text == "bad"));
    let Some(OptionValue::Params(bindings)) = node.get(OptionName::Params).map(|option| &option.value) else {
        panic!("no params");
    };
    assert!(matches!(&bindings[1].value, BindingValue::Param(name) if name.text == "conf"));
    let input = statements[1].options().expect("an input has options");
    assert!(matches!(input.list[0].value, OptionValue::Delimiter(delimiter) if delimiter.value == '\t'));
    assert!(matches!(&input.list[1].value, OptionValue::Db(Database::Mssql { options, .. }) if options.len() == 2));
}

#[test]
fn a_query_is_kept_as_it_is_written() {
    let parsed = read("SQL // the sum\n select 'a;b' /* ; */\n from c ; name=d");
    let Some(Statement::Sql(sql)) = parsed.file.statements().next() else { panic!("no query") };
    assert_eq!(sql.text.value, "select 'a;b' /* ; */\n from c");
    assert_eq!(sql.options.name(OptionName::Name).map(|name| name.text.as_str()), Some("d"));
}

#[test]
fn columns_keep_type_and_null() {
    let parsed = read("queue q (a decimal( 18 , 4 ) null, \"b c\" date)");
    let Some(Statement::Queue(queue)) = parsed.file.statements().next() else { panic!("no queue") };
    assert_eq!(queue.columns[0].data_type.value, DataType::Decimal { precision: 18, scale: 4 });
    assert!(queue.columns[0].null.is_some());
    assert_eq!((queue.columns[1].name.text.as_str(), queue.columns[1].null), ("b c", None));
}

#[test]
fn a_broken_statement_leaves_the_others_whole() {
    let parsed = read("in a.csv -> a\nnode broken(a\nnode whole(a)(b) lable=\"x\" lang=rust\nout b -> \"b.csv\"\n");
    assert_eq!(parsed.diagnostics.len(), 2, "{:?}", parsed.diagnostics);
    assert!(parsed.file.incomplete);
    let kinds: Vec<&str> = parsed.file.statements().map(Statement::kind).collect();
    assert_eq!(kinds, ["input", "node", "output"]);
}
