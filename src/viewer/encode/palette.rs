//! The few colours that stand for many: repeated halving of the colours' space where it pays most.

/// Bits kept of each channel to count colours.
const BITS: u32 = 6;
/// Cells of the count.
const CELLS: usize = 1 << (3 * BITS);

/// Colours that were counted together.
#[derive(Clone, Copy)]
struct Cell {
    index: u32,
    count: f32,
    /// Mean red, green and blue, 0 to 255.
    mean: [f32; 3],
}

/// Colours with, for every colour that was counted, the one that stands for it.
pub(super) struct Palette {
    /// Red, green and blue of each colour.
    pub(super) colours: Vec<[u8; 3]>,
    of_cell: Vec<u8>,
}

impl Palette {
    /// At most `most` colours, up to 256, for the colours of some pixels.
    pub(super) fn of(pixels: impl Iterator<Item = [u8; 3]>, most: usize) -> Self {
        let mut sums = vec![[0u32; 4]; CELLS];
        for pixel in pixels {
            let sum = &mut sums[cell(pixel)];
            sum[3] += 1;
            (0..3).for_each(|k| sum[k] += u32::from(pixel[k]));
        }
        let mut cells: Vec<Cell> = Vec::new();
        for (index, sum) in sums.iter().enumerate().filter(|(_, sum)| sum[3] > 0) {
            let count = sum[3] as f32;
            let mean = [0, 1, 2].map(|k| sum[k] as f32 / count);
            cells.push(Cell { index: index as u32, count, mean });
        }
        let mut boxes = vec![Group::new(0, &cells)];
        while boxes.len() < most.clamp(1, 256) {
            let widest = boxes.iter().enumerate().max_by(|a, b| a.1.error.total_cmp(&b.1.error));
            let Some((at, group)) = widest.filter(|(_, group)| group.error > 0.0) else { break };
            let (first, length) = (group.first, group.length);
            let part = &mut cells[first..first + length];
            let middle = part_by(part, group.axis, group.mean[group.axis]);
            boxes[at] = Group::new(first, &cells[first..first + middle]);
            boxes.push(Group::new(first + middle, &cells[first + middle..first + length]));
        }
        let mut of_cell = vec![0; CELLS];
        let mut colours = Vec::with_capacity(boxes.len());
        for (number, group) in boxes.iter().enumerate() {
            for cell in &cells[group.first..group.first + group.length] {
                of_cell[cell.index as usize] = number as u8;
            }
            colours.push(group.mean.map(|value| value.round() as u8));
        }
        Self { colours, of_cell }
    }

    /// Number of the colour that stands for one that was counted.
    pub(super) fn index(&self, pixel: [u8; 3]) -> usize {
        usize::from(self.of_cell[cell(pixel)])
    }
}

/// Cells that get one colour.
struct Group {
    first: usize,
    length: usize,
    mean: [f32; 3],
    /// Sum of the squared distances from the mean, as the eye weighs them.
    error: f32,
    /// Channel that adds most to it.
    axis: usize,
}

impl Group {
    fn new(first: usize, cells: &[Cell]) -> Self {
        let total: f32 = cells.iter().map(|cell| cell.count).sum();
        let mut mean = [0.0; 3];
        let mut spread = [0.0; 3];
        for k in 0..3 {
            mean[k] = cells.iter().map(|cell| cell.count * cell.mean[k]).sum::<f32>() / total.max(1.0);
            let sum: f32 = cells.iter().map(|cell| cell.count * (cell.mean[k] - mean[k]).powi(2)).sum();
            // The eye sees differences of green best and of blue least.
            spread[k] = sum * [0.6, 1.0, 0.4][k];
        }
        let axis = (0..3).fold(0, |best, k| if spread[k] > spread[best] { k } else { best });
        // One cell is not divided further.
        let error = if cells.len() < 2 { 0.0 } else { spread.iter().sum() };
        Self { first, length: cells.len(), mean, error, axis }
    }
}

/// Puts the cells below `limit` first and counts them; none of the two parts is empty.
fn part_by(cells: &mut [Cell], axis: usize, limit: f32) -> usize {
    cells.sort_unstable_by(|a, b| a.mean[axis].total_cmp(&b.mean[axis]));
    cells.partition_point(|cell| cell.mean[axis] < limit).clamp(1, cells.len().max(2) - 1)
}

fn cell(pixel: [u8; 3]) -> usize {
    let [r, g, b] = pixel.map(|value| usize::from(value) >> (8 - BITS));
    (r << (2 * BITS)) | (g << BITS) | b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_as_they_are() {
        let pixels = [[10, 20, 30], [200, 0, 0], [0, 200, 90], [255, 255, 255]];
        let palette = Palette::of(pixels.iter().copied().cycle().take(400), 256);
        assert_eq!(palette.colours.len(), 4);
        for pixel in pixels {
            assert_eq!(palette.colours[palette.index(pixel)], pixel);
        }
    }

    #[test]
    fn many_colours_get_near_ones() {
        let pixels: Vec<[u8; 3]> = (0..=255).flat_map(|a| (0..=255).map(move |b| [a, b, 128])).collect();
        let palette = Palette::of(pixels.iter().copied(), 255);
        assert_eq!(palette.colours.len(), 255);
        for pixel in pixels {
            let colour = palette.colours[palette.index(pixel)];
            let away = (0..3).map(|k| pixel[k].abs_diff(colour[k])).max();
            assert!(away <= Some(16), "{pixel:?} became {colour:?}");
        }
        assert_eq!(Palette::of(std::iter::empty(), 8).colours.len(), 1);
    }
}
