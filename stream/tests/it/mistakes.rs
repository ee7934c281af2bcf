//! What people get wrong, and what they are told: each snapshot is what stands on the screen.

use leat_stream::diagnostic::{Colour, Renderer};
use leat_stream::parser::parse;
use leat_stream::source::SourceFile;

/// The problems of a file as a person sees them.
fn told(text: &str) -> String {
    let source = SourceFile::new("price.strm", text);
    let parsed = parse(&source);
    assert!(!parsed.diagnostics.is_empty(), "nothing is wrong with {text}");
    Renderer::new(&source, Colour::Off).render_all(&parsed.diagnostics)
}

macro_rules! mistakes {
    ($($(#[$doc:meta])* $name:ident: $text:expr;)*) => {
        $($(#[$doc])* #[test] fn $name() { insta::assert_snapshot!(told($text)); })*
    };
}

mistakes! {
    a_misspelt_statement_is_read_as_what_it_stands_for: "\
im options.csv -> options
nod price(options)(values)
ouput values -> values.csv labl=\"Values\"
proces p { subproc q {} }
include \"other.strm\"
# price the book
node price(options)(values);
";
    an_arrow_that_is_missing_or_another_sign_is_passed_over: "\
in options.csv options
in rates.csv => rates
out values <- values.csv
out values values.csv
node price(options, rates) -> values
node price(options) -> (values)
in positions.csv -> positions, copies
";
    an_option_that_is_wrong_does_not_hide_the_next: "\
node price(options)(values) lnag=rust on_eror=skip memory=256 threads=four timeout=\"30s
in options.csv -> options name==rd separator=\";\" delim=\"\t\" label: \"Options\" compress
node sum(values)(total) rate=0.03 name=total getsig=(a,b) label=(\"Total\") on_error=queue
out total -> total.csv delim=\";\" compress=gzip connection=\"dw\" mode=append
out total -> mart.total db=postgres(connection=\"dw\")
out total -> mart.total db=mssql(rows=many kep_nulls=true)
";
    an_option_without_its_sign_is_told_from_a_statement: "\
in otc.csv -> otc
  name rd_otc label=\"Trades\"
getsig=loaded
";
    a_quote_that_is_missing_is_looked_for_where_the_text_begins: "\
out values -> dw.mart.values db=mssql where=\"pv is not null
out values -> values.csv label=\"Values\"
node a(values)(b) label=\"Step 1 descr=\"first\" lang=rust
node b(values)(c) where=\"a = \"b\"\"
descr 'never closed
name x
";
    a_path_that_needs_quotes_is_shown_with_them: "\
in feeds/2024-01/loans.csv -> loans
in loans.csv.gz -> loans
in a.b.c.d -> loans
out values -> results/values.csv
out values -> values.sas7bdat
in s3://bucket/2024/loans.csv -> loans
in s3://bucket -> loans
in s3://bucket/${cob.x}/loans.csv -> loans
in \"C:\\new\\loans.csv\" -> loans
in \"in/${book.csv\" -> loans
in \"\" -> loans
in $home/loans.csv -> loans
out values -> dyn. name=w
";
    parentheses_that_do_not_match_cost_one_statement: "\
node price(options)
node mark(options,,rates)(values)
node mark(options, rates(values)
node mark(options, rates
in a.csv -> a
node sum()(total)
node total[0](values)(total)
node total(values[0])(total) lang=rust
sas options->(dsn=work.options
  (ds=work.values)->values sasfile=\"x.sas\"
node add(a + b)(c)
node split(a)(b c)
";
    a_query_says_where_it_begins_and_what_it_lacks: "\
sql (select a from b;)
sql update b;
sql: select a from b;
sql select;
sql select a from b
in c.csv -> c
";
    a_query_that_swallowed_statements_is_reported: "\
sql select a from b
in c.csv -> c
sql select c from d; name=e
";
    a_declaration_names_its_types: "\
queue trades (id int, pv double null, rating string not null, cob datetime as_of date)
queue rates (tenor decimal(40,2), rate foat64, 1st text)
queue none ()
queue loans id int64
param confidence double = 0.99
param days int64 = many
param
";
    a_group_that_is_not_closed_is_shown_where_it_opens: "\
process outer {
  name inner
  label \"Inner\"
  param x int64
  node a(b)(c)
  process middle {
    node d(e)(f)
";
    a_brace_too_many_is_reported: "\
process outer { node a(b)(c) } }
node d(e)(f)
";
    a_header_that_lacks_its_value_leaves_the_next_statement_alone: "\
name
type default
descr
label Values
type final
name 9lives
name s3
in descr.csv -> true
name \"price\"
";
    a_comment_that_is_not_closed_is_shown_where_the_file_ends_too_soon: "node price(options)/*(values)\nout values -> values.csv\n";
    letters_beyond_ascii_are_no_names: "node prüfen(größe)(ergebnis)\nin a.csv → a\n";
    blanks_in_an_address_are_told_of: "in s3://bucket / loans.csv -> loans\n";
}

#[test]
fn a_file_that_is_all_wrong_shows_the_first_problems_and_counts_the_rest() {
    let shown = told(&"in a ->\n".repeat(70));
    assert_eq!(shown.matches("] Error:").count(), 50);
    assert!(shown.ends_with("… and 20 more problems in price.strm\n"), "{shown}");
}

#[test]
fn a_problem_in_a_line_of_megabytes_is_told_without_the_line() {
    let shown = told(&format!("in a -> b {} ?", " ".repeat(1 << 20)));
    assert!(shown.len() < 500, "{} bytes", shown.len());
    assert!(shown.starts_with("price.strm:1:1048588: error:"), "{shown}");
}

#[test]
fn colour_is_the_callers_choice() {
    let source = SourceFile::new("price.strm", "x");
    let parsed = parse(&source);
    let show = |colour| Renderer::new(&source, colour).render_all(&parsed.diagnostics);
    assert!(!show(Colour::Off).contains('\u{1b}'));
    assert!(show(Colour::On).contains('\u{1b}'));
}
