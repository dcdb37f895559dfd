//! Given: the Mandelbrot set as rows of numbers, and the rows as a picture. Nothing here is a task.
//!
//! A pixel's number says how many steps its point takes to run away. A point of the set never does, and costs all of
//! `limit` steps, while one far outside costs two or three. So the rows are very uneven work, and nobody knows how uneven
//! before computing them.

use crate::claiming::Claimed;

/// A window on the plane. Row 0 is the top one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The real part of the left edge.
    pub left: f64,
    /// The imaginary part of the top edge.
    pub top: f64,
    /// The side of a pixel.
    pub pixel: f64,
    /// After how many steps a point counts as one of the set.
    pub limit: u32,
}

impl View {
    /// The view of this chapter, `width` pixels wide: empty plane above, the body of the set below.
    #[must_use]
    pub fn of_width(width: usize, limit: u32) -> View {
        View {
            width,
            height: width * 2 / 3,
            left: -2.1,
            top: 1.5,
            // A view without pixels has no size to divide by; no pixel asks for it either.
            pixel: 2.8 / width.max(1) as f64,
            limit,
        }
    }

    /// The numbers of one row, from left to right.
    #[must_use]
    pub fn row(&self, row: usize) -> Vec<u32> {
        let imaginary = self.top - self.pixel * row as f64;
        (0..self.width)
            .map(|column| self.steps(self.left + self.pixel * column as f64, imaginary))
            .collect()
    }

    /// How many steps the point takes to leave the circle of radius 2, at most `limit`.
    fn steps(&self, real: f64, imaginary: f64) -> u32 {
        let (mut x, mut y) = (0.0, 0.0);
        for step in 0..self.limit {
            let (x_squared, y_squared) = (x * x, y * y);
            if x_squared + y_squared > 4.0 {
                return step;
            }
            (x, y) = (x_squared - y_squared + real, 2.0 * x * y + imaginary);
        }
        self.limit
    }
}

/// One colour for each worker, told apart by most colour-blind people as well (Okabe and Ito, 2008).
const HUES: [[u8; 3]; 8] = [
    [86, 180, 233],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [240, 228, 66],
    [213, 94, 0],
    [0, 114, 178],
    [150, 150, 150],
];
/// Shades of each hue, from dark to light: together a PNG palette of 256 colours.
const SHADES: usize = 32;

/// The picture as the bytes of a PNG file, each row in the colour of its worker. The darker, the more steps.
///
/// # Panics
/// When a row is not `view.width` numbers long: it would not be a picture.
#[must_use]
pub fn png(view: &View, rows: &[Claimed<Vec<u32>>]) -> Vec<u8> {
    let mut pixels = Vec::with_capacity((view.width + 1) * rows.len());
    let mut above = vec![0; view.width];
    for row in rows {
        assert_eq!(row.value.len(), view.width, "a row has a pixel a column");
        // Filter 2: what stands in the file is the difference to the row above, which is often the same all along.
        pixels.push(2);
        let hue = row.worker % HUES.len() * SHADES;
        for (&steps, above) in row.value.iter().zip(&mut above) {
            let pixel = (hue + shade(steps, view.limit)) as u8;
            pixels.push(pixel.wrapping_sub(*above));
            *above = pixel;
        }
    }
    let palette: Vec<u8> = HUES
        .iter()
        .flat_map(|hue| (0..SHADES).map(move |shade| (hue, shade)))
        .flat_map(|(hue, shade)| hue.map(|part| (part as usize * shade / (SHADES - 1)) as u8))
        .collect();
    let mut header = [view.width, rows.len()]
        .map(|side| u32::try_from(side).expect("a picture that fits in memory"))
        .map(u32::to_be_bytes)
        .concat();
    // Eight bits a pixel, from a palette, compressed and filtered in the only way there is, not interlaced.
    header.extend([8, 3, 0, 0, 0]);

    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"PLTE", &palette);
    chunk(&mut file, b"IDAT", &compressed(&pixels));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// Dark for a point of the set, and not black, since black has no hue. Else the lighter, the fewer steps: each doubling
/// of the steps is four shades.
fn shade(steps: u32, limit: u32) -> usize {
    if steps >= limit {
        return 6;
    }
    let darker = (f64::from(steps + 1).log2() * 4.0) as usize;
    (SHADES - 1).saturating_sub(darker).max(9)
}

/// A chunk of a PNG file: length, name, data, and a checksum (CRC-32) of name and data.
fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("a picture that fits in memory");
    file.extend(length.to_be_bytes());
    let begin = file.len();
    file.extend(name);
    file.extend(data);
    let crc = !file[begin..].iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    });
    file.extend(crc.to_be_bytes());
}

/// The zlib format: a header, one block with the fixed codes of RFC 1951, a checksum (Adler-32).
///
/// The only repetition it looks for is a byte that equals the one before it. A picture of large plain areas needs no more.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Bits {
        bytes: vec![0x78, 0x01],
        pending: 0,
        count: 0,
    };
    // The last block (1), with fixed codes (01, its low bit first).
    out.low_first(0b011, 3);
    let mut rest = bytes;
    let mut before = None;
    while let Some(&byte) = rest.first() {
        let run = rest
            .iter()
            .take_while(|&&next| before == Some(next))
            .count();
        let taken = match run {
            258.. => out.copy(258),
            3.. => out.copy(run.min(10)),
            _ => out.literal(byte),
        };
        before = Some(byte);
        rest = &rest[taken..];
    }
    // The end of the block, and zeros to the next whole byte.
    out.high_first(0, 7);
    out.low_first(0, 7);
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.bytes.extend((b << 16 | a).to_be_bytes());
    out.bytes
}

/// A stream of bits, filled from the low end of each byte.
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn low_first(&mut self, bits: u32, count: u32) {
        self.pending |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// As RFC 1951 stores its codes.
    fn high_first(&mut self, bits: u32, count: u32) {
        self.low_first(bits.reverse_bits() >> (32 - count), count);
    }

    /// The byte itself. Returns how many bytes that stands for.
    fn literal(&mut self, byte: u8) -> usize {
        match u32::from(byte) {
            byte @ 0..144 => self.high_first(0x30 + byte, 8),
            byte => self.high_first(0x190 + byte - 144, 9),
        }
        1
    }

    /// The last byte again, `length` times: 3 to 10, or 258. Returns `length`.
    fn copy(&mut self, length: usize) -> usize {
        match length {
            258 => self.high_first(0xC5, 8),
            _ => self.high_first(length as u32 - 2, 7),
        }
        // From one byte back.
        self.high_first(0, 5);
        length
    }
}
