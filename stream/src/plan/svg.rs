//! The plan as a picture that any browser shows. Called by `leat plan --format svg`. Where things stand is decided in
//! [`layout`]; here they are drawn.

mod columns;
mod groups;
mod layout;
mod measure;

use std::fmt::{self, Write};

use self::layout::{Curve, Layout, Rect};
use self::measure::fitted;
use super::Plan;
use super::picture::{BoxKind, Picture, PictureBox};

const TITLE_SIZE: f64 = 13.0;
const DETAIL_SIZE: f64 = 11.0;
const QUEUE_SIZE: f64 = 11.0;
const TEXT_WIDTH_MAX: f64 = 230.0;

impl Plan {
    /// The plan as an SVG document: boxes in columns from left to right, queues with their names between them.
    pub fn to_svg(&self) -> String {
        let picture = Picture::of(self);
        let layout = Layout::of(&picture);
        let mut out = String::new();
        write_svg(&mut out, &self.process, &picture, &layout).expect("writing to a string does not fail");
        out
    }
}

fn write_svg(out: &mut String, process: &str, picture: &Picture<'_>, layout: &Layout) -> fmt::Result {
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Inter, 'Segoe UI', Helvetica, Arial, sans-serif">"#
    )?;
    writeln!(out, "<title>{}</title>", escaped(process))?;
    out.write_str(concat!(
        "<style>\n",
        ".title { font-weight: 600; font-size: 13px; fill: #1d2733 }\n",
        ".detail, .queue { font-size: 11px; fill: #52606d }\n",
        ".queue { fill: #243b53 }\n",
        ".curve { fill: none; stroke: #7b8794; stroke-width: 1.4 }\n",
        ".rejects { stroke: #c2410c; stroke-dasharray: 5 4 }\n",
        ".pill { fill: #fff; stroke: #9aa5b1 }\n",
        ".input { fill: #e3f1e5; stroke: #5b9a68 }\n",
        ".output { fill: #e2ecf8; stroke: #5a83b8 }\n",
        ".group { fill: #f5f7fa; stroke: #9aa5b1; stroke-dasharray: 2 2 }\n",
        ".component { fill: #fdf0dc; stroke: #c98a2b }\n",
        ".sql { fill: #f1e6f5; stroke: #8e5aa8 }\n",
        "</style>\n",
        r##"<defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" "##,
        r##"markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L8 4L0 7.5z" fill="#7b8794"/></marker></defs>"##,
        "\n",
    ))?;
    writeln!(out, r##"<rect width="{width}" height="{height}" fill="#fff"/>"##)?;
    for (group, rect) in picture.groups.iter().zip(&layout.groups) {
        write_group(out, &group.title, rect)?;
    }
    for curve in &layout.curves {
        write_curve(out, curve, picture.lines[curve.line].rejects)?;
    }
    for (node, rect) in picture.boxes.iter().zip(&layout.boxes) {
        write_box(out, node, rect)?;
    }
    for (line, rect) in picture.lines.iter().zip(&layout.pills) {
        write_pill(out, line.name, rect)?;
    }
    writeln!(out, "</svg>")
}

fn write_group(out: &mut String, title: &str, rect: &Rect) -> fmt::Result {
    let Rect { x, y, width, height } = rect;
    writeln!(out, r#"<rect class="group" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="8"/>"#)?;
    let title = fitted(title, DETAIL_SIZE, (width - 16.0).max(0.0));
    writeln!(out, r#"<text class="detail" x="{:.1}" y="{:.1}">{}</text>"#, x + 8.0, y + 15.0, escaped(&title))
}

/// A chain of S-curves that leave and arrive level.
fn write_curve(out: &mut String, curve: &Curve, rejects: bool) -> fmt::Result {
    let class = if rejects { "curve rejects" } else { "curve" };
    let marker = if curve.arrow { r#" marker-end="url(#arrow)""# } else { "" };
    let Curve { from: (x0, y0), to: (x1, y1), straight_until, .. } = curve;
    let middle = (straight_until + x1) / 2.0;
    writeln!(
        out,
        r#"<path class="{class}" d="M{x0:.1} {y0:.1}H{straight_until:.1}C{middle:.1} {y0:.1} {middle:.1} {y1:.1} {x1:.1} {y1:.1}"{marker}/>"#
    )
}

fn write_box(out: &mut String, node: &PictureBox, rect: &Rect) -> fmt::Result {
    let class = match node.kind {
        BoxKind::Input => "input",
        BoxKind::Output => "output",
        BoxKind::Component => "component",
        BoxKind::Sql => "sql",
    };
    let Rect { x, y, width, height } = rect;
    let (centre, middle) = (x + width / 2.0, y + height / 2.0);
    writeln!(out, "<g><title>{}\n{}</title>", escaped(&node.title), escaped(&node.detail))?;
    let rounding = if matches!(node.kind, BoxKind::Component | BoxKind::Sql) { 6.0 } else { 20.0 };
    writeln!(
        out,
        r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{rounding}"/>"#
    )?;
    let title = fitted(&node.title, TITLE_SIZE, TEXT_WIDTH_MAX);
    write_text(out, "title", (centre, middle - 3.0), &title)?;
    let detail = fitted(&node.detail, DETAIL_SIZE, TEXT_WIDTH_MAX);
    write_text(out, "detail", (centre, middle + 13.0), &detail)?;
    writeln!(out, "</g>")
}

fn write_pill(out: &mut String, name: &str, rect: &Rect) -> fmt::Result {
    let Rect { x, y, width, height } = rect;
    writeln!(
        out,
        r#"<rect class="pill" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{:.1}"/>"#,
        height / 2.0
    )?;
    let name = fitted(name, QUEUE_SIZE, TEXT_WIDTH_MAX);
    write_text(out, "queue", (x + width / 2.0, y + height / 2.0 + 4.0), &name)
}

fn write_text(out: &mut String, class: &str, (x, y): (f64, f64), text: &str) -> fmt::Result {
    writeln!(out, r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="middle">{}</text>"#, escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
