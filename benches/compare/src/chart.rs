//! Pictures of the numbers, as SVG.

use std::{collections::BTreeMap, ops::Range};

use plotters::{coord::Shift, prelude::*};

use crate::{growth, machine, median, peers::PEERS, ratio};

const OURS: RGBColor = RGBColor(217, 83, 30);
const OTHERS: RGBColor = RGBColor(120, 132, 148);
const INK: RGBColor = RGBColor(40, 44, 52);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(size: (u32, u32), paint: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        // The page behind may be dark.
        area.fill(&WHITE)
            .and_then(|()| Ok(paint(&area).expect("a chart")))
            .expect("a page");
        area.present().expect("a picture");
    }
    svg
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

fn caption(area: &Area<'_>, height: i32) -> Drawn {
    let lines = machine::describe();
    let [machine, compiler, _, day] = &lines[..] else {
        return Ok(());
    };
    area.draw_text(
        &format!("{machine}, {compiler}, {day}"),
        &text(14),
        (16, height),
    )?;
    Ok(())
}

/// Requests a second of each peer, as bars.
pub fn throughput(rates: &BTreeMap<&str, Vec<f64>>) -> String {
    let labels = [
        ("bare", "no authentication"),
        ("ours", "actix-web-propelauth"),
        ("ours_guarded", "… with a guard by role"),
        ("httpauth", "actix-web-httpauth + jsonwebtoken"),
        ("official", "propelauth (official)"),
    ];
    let label = |peer: &str| labels.iter().find(|it| it.0 == peer).map_or("", |it| it.1);
    let most = rates.values().cloned().map(median).fold(1.0, f64::max);
    draw((760, 300), |area| {
        area.draw_text(
            "Requests a second with a token that was seen before, one worker",
            &text(20),
            (16, 14),
        )?;
        for (row, peer) in PEERS.iter().enumerate() {
            let top = 52 + 42 * i32::try_from(row)?;
            let rate = median(rates[peer].clone());
            let color = if peer.starts_with("ours") {
                OURS
            } else {
                OTHERS
            };
            let width = (rate / most * 370.0) as i32;
            area.draw_text(label(peer), &text(16), (16, top + 8))?;
            area.draw(&Rectangle::new(
                [(260, top), (260 + width, top + 28)],
                color.filled(),
            ))?;
            area.draw_text(
                &format!(
                    "{:.0}k  ({:.2})",
                    rate / 1e3,
                    ratio(&rates[peer], &rates["bare"])
                ),
                &text(16),
                (270 + width, top + 8),
            )?;
        }
        caption(area, 276)
    })
}

/// A line for each series over equally spaced steps, which are named below.
fn lines(area: &Area<'_>, title: &str, steps: &[usize], series: &[(RGBColor, Vec<f64>)]) -> Drawn {
    let most = series
        .iter()
        .flat_map(|it| &it.1)
        .copied()
        .fold(0.0, f64::max);
    let last = steps.len().saturating_sub(1) as f64;
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(16))
        .margin(12)
        .x_label_area_size(26)
        .y_label_area_size(52)
        .build_cartesian_2d(
            Range {
                start: -0.2,
                end: last + 0.2,
            },
            0.0..most * 1.15,
        )?;
    let name = |at: &f64| {
        let is_step = (at - at.round()).abs() < 0.01;
        let step = is_step
            .then(|| steps.get(at.round().max(0.0) as usize))
            .flatten();
        step.map_or_else(String::new, usize::to_string)
    };
    let short = |value: &f64| {
        if *value >= 1e4 {
            format!("{:.0}k", value / 1e3)
        } else {
            format!("{}", (value * 10.0).round() / 10.0)
        }
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(steps.len() * 2)
        .x_label_formatter(&name)
        .y_labels(5)
        .y_label_formatter(&short)
        .label_style(text(14))
        .draw()?;
    for (color, values) in series {
        let points = || {
            values
                .iter()
                .enumerate()
                .map(|(step, value)| (step as f64, *value))
        };
        chart.draw_series(LineSeries::new(points(), color.stroke_width(2)))?;
        chart.draw_series(points().map(|point| Circle::new(point, 3, color.filled())))?;
    }
    Ok(())
}

/// How cost grows, four charts side by side.
pub fn growth(it: &growth::Measured) -> String {
    let split =
        |points: &[growth::Point]| -> (Vec<usize>, Vec<f64>) { points.iter().copied().unzip() };
    draw((760, 520), |area| {
        let (charts, _) = area.split_vertically(490);
        let cells = charts.split_evenly((2, 2));
        let (orgs, nanos) = split(&it.guard_ns);
        lines(
            &cells[0],
            "guard, ns, by organizations of the user",
            &orgs,
            &[(OURS, nanos)],
        )?;
        let (orgs, micros) = it
            .warm_us
            .iter()
            .map(|it| (it.0, it.1))
            .unzip::<_, _, Vec<_>, Vec<_>>();
        lines(
            &cells[1],
            "known token, us, by organizations in it",
            &orgs,
            &[(OURS, micros)],
        )?;
        let (tokens, rates) = split(&it.by_tokens);
        lines(
            &cells[2],
            "requests/s by distinct tokens",
            &tokens,
            &[(OURS, rates)],
        )?;
        let workers: Vec<_> = it.by_workers.iter().map(|it| it.0).collect();
        let (bare, ours) = it.by_workers.iter().map(|it| (it.1, it.2)).unzip();
        lines(
            &cells[3],
            "requests/s by workers, bare in grey",
            &workers,
            &[(OTHERS, bare), (OURS, ours)],
        )?;
        caption(area, 496)
    })
}
