//! Step 2.1: a range in nearly equal parts.

use std::ops::Range;

use chapter_2::split::split;

use crate::tally::workers as parts;

/// Every range of up to 20 indices that begins at 0, 1 or 100, with numbers of parts from 1 to 30.
fn cases() -> impl Iterator<Item = (Range<usize>, usize)> {
    let ranges = [0, 1, 100]
        .into_iter()
        .flat_map(|start| (0..=20).map(move |length| start..start + length));
    ranges.flat_map(|range| [1, 2, 3, 4, 7, 30].map(|number| (range.clone(), number)))
}

#[test]
fn one_part_is_the_whole_range() {
    assert_eq!(
        split(0..10, parts(1)),
        vec![0..10],
        "0..10 in one part is 0..10"
    );
}

#[test]
fn ten_indices_in_two_parts_are_two_halves() {
    assert_eq!(
        split(0..10, parts(2)),
        vec![0..5, 5..10],
        "0..10 in two parts"
    );
}

#[test]
fn an_empty_range_has_no_part() {
    for range in [0..0, 7..7] {
        let result = split(range.clone(), parts(4));
        assert!(
            result.is_empty(),
            "{range:?} holds no index, so it has no part, and split gave {result:?}"
        );
    }
}

#[test]
fn parts_are_contiguous_and_hold_every_index_once() {
    for (range, number) in cases().filter(|(range, _)| !range.is_empty()) {
        let result = split(range.clone(), parts(number));
        let mut next = range.start;
        for part in &result {
            assert!(
                part.start == next,
                "{range:?} in {number} parts: each should begin where the one before it ends, the first at {}.\n\
                 split gave {result:?}",
                range.start
            );
            next = part.end;
        }
        assert!(
            next == range.end,
            "{range:?} in {number} parts: the last should end at {}.\nsplit gave {result:?}",
            range.end
        );
    }
}

#[test]
fn lengths_differ_by_at_most_one() {
    for (range, number) in cases().filter(|(range, _)| !range.is_empty()) {
        let lengths: Vec<usize> = split(range.clone(), parts(number))
            .iter()
            .map(ExactSizeIterator::len)
            .collect();
        let extremes = lengths.iter().min().zip(lengths.iter().max());
        let (least, most) = extremes.expect("a range with an index has a part");
        assert!(
            most - least <= 1,
            "{range:?} in {number} parts: the lengths should differ by at most one, and they are {lengths:?}.\n\
             Who gets the remainder of the division?"
        );
    }
}

#[test]
fn there_are_as_many_parts_as_asked_for_and_none_is_empty() {
    for (range, number) in cases() {
        let result = split(range.clone(), parts(number));
        let expected = number.min(range.len());
        assert!(
            result.len() == expected,
            "{range:?} in {number} parts: {expected} parts expected, and split gave {result:?}"
        );
        assert!(
            result.iter().all(|part| !part.is_empty()),
            "{range:?} in {number} parts: none should be empty, and split gave {result:?}"
        );
    }
}

#[test]
fn the_largest_range_is_split_without_overflow() {
    let range = 5..usize::MAX;
    let result = split(range.clone(), parts(3));
    let third = range.len() / 3;
    assert!(
        result.len() == 3 && result.iter().all(|part| part.len().abs_diff(third) <= 1),
        "{range:?} in 3 parts: a third each expected, and split gave {result:?}.\n\
         Does a product or a sum on the way become larger than usize::MAX?"
    );
    assert!(
        result[0].start == range.start && result[2].end == range.end,
        "{range:?} in 3 parts should reach from end to end, and split gave {result:?}"
    );
}
