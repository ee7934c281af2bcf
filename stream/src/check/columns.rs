//! Columns whose type may still be open. A column of an input file without a declaration is a *root*: its type is what
//! its readers ask for, else what its sample shows. A column that a node passes on unchanged stays the same root, so what
//! a reader far down the process asks for reaches the file.

use crate::diagnostic::Diagnostic;
use crate::schema::DataType;
use crate::source::Span;

/// Something known already, or known when a root is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known<T> {
    Fixed(T),
    /// As of the root of this number.
    OfRoot(usize),
}

/// A column of a queue in the making.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) data_type: Known<DataType>,
    pub(super) nullable: Known<bool>,
    /// Where queues were merged on the way: the column as it is in each of them. They have one type, it holds nulls where
    /// one of them does, and what is asked of it is asked of each.
    pub(super) merged: Vec<Column>,
}

impl Column {
    pub(super) fn fixed(name: &str, data_type: DataType, nullable: bool) -> Self {
        Column {
            name: name.to_owned(),
            data_type: Known::Fixed(data_type),
            nullable: Known::Fixed(nullable),
            merged: Vec::new(),
        }
    }

    /// The column under another name, in the type that a node asked for.
    pub(super) fn of_type(self, name: &str, asked: DataType) -> Column {
        let data_type = Known::Fixed(asked);
        let merged = self.merged.into_iter().map(|other| Column { data_type, ..other });
        Column { name: name.to_owned(), data_type, nullable: self.nullable, merged: merged.collect() }
    }

    /// Whether it may hold nulls whatever is asked of it.
    pub(super) fn surely_nullable(&self) -> bool {
        self.nullable == Known::Fixed(true) || self.merged.iter().any(Column::surely_nullable)
    }
}

/// A column of an input file whose type is open.
#[derive(Debug)]
pub(super) struct Root {
    pub(super) name: String,
    /// The file, for messages.
    pub(super) path: String,
    /// What its sample shows.
    pub(super) inferred: DataType,
    pub(super) demands: Vec<Demand>,
}

/// What a reader asks of a root.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    /// Nothing: any type will do.
    pub(super) data_type: Option<DataType>,
    /// Whether a type that widens to it will do as well.
    pub(super) widening: bool,
    pub(super) nullable: bool,
    /// Who asks: the node's or queue's name, and in a sentence.
    pub(super) name: String,
    pub(super) who: String,
    pub(super) span: Span,
}

/// A root's type, and why.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
    /// For people: `inferred`, `asked for by price`.
    pub(super) origin: String,
    /// The demand that decided the type.
    pub(super) asked: Option<Demand>,
    /// The demand that rules nulls out.
    pub(super) not_null: Option<Demand>,
}

impl Root {
    /// The type that every demand can be served from; where there is none, two readers that disagree are named.
    pub(super) fn settle(&self, problems: &mut Vec<Diagnostic>) -> Settled {
        let typed = || self.demands.iter().filter_map(|demand| Some((demand, demand.data_type?)));
        let serves = |data_type: DataType| {
            typed().find(|(demand, wanted)| {
                let fits = if demand.widening { data_type.widens_to(*wanted) } else { data_type == *wanted };
                !fits
            })
        };
        let asked = typed().find(|(_, data_type)| serves(*data_type).is_none());
        if asked.is_none()
            && let Some((first, first_type)) = typed().next()
            && let Some((second, second_type)) = serves(first_type)
        {
            problems.push(self.disagreement((first, first_type), (second, second_type)));
        }
        let asked = asked.or_else(|| typed().next());
        let (data_type, origin) = match asked {
            Some((demand, data_type)) => (data_type, format!("asked for by {}", demand.name)),
            None => (self.inferred, "inferred".to_owned()),
        };
        let not_null = self.demands.iter().find(|demand| !demand.nullable);
        Settled {
            data_type,
            nullable: not_null.is_none(),
            origin,
            asked: asked.map(|(demand, _)| demand.clone()),
            not_null: not_null.cloned(),
        }
    }

    fn disagreement(&self, first: (&Demand, DataType), second: (&Demand, DataType)) -> Diagnostic {
        let message = format!(
            "column `{}` of `{}` cannot be both {} for {} and {} for {}",
            self.name, self.path, first.1, first.0.who, second.1, second.0.who
        );
        Diagnostic::error("type-mismatch", second.0.span, message)
            .label(format!("{} asks for {}", second.0.who, second.1))
            .also(first.0.span, format!("{} asks for {}", first.0.who, first.1))
            .help("a column has one type: let both nodes ask for the same, or read the file twice into two queues")
    }
}
