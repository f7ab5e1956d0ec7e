//! Groups of duplicates (R6.2): pairs joined, the surest first, unless that would bring together two that are not one.

use std::collections::BTreeMap;

/// Joins pairs of `count` things, given from the surest to the least sure, and answers the groups of two and more, each
/// sorted, by their first pair. `conflict` tells of two things that they are certainly not one: a pair that would bring
/// them into one group is left out, and so is one that would make a group larger than `most`.
pub fn group(
    count: usize,
    pairs: &[(usize, usize)],
    most: usize,
    mut conflict: impl FnMut(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = (0..count).collect();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut order: Vec<usize> = Vec::new();
    for &(a, b) in pairs {
        let of = |thing: usize| group_of.get(thing).copied().unwrap_or(thing);
        let (kept, joined) = (of(a), of(b));
        if kept == joined {
            continue;
        }
        let left = members.get(&kept).cloned().unwrap_or_else(|| vec![kept]);
        let right = members.get(&joined).cloned().unwrap_or_else(|| vec![joined]);
        let apart = left.len() + right.len() > most
            || left
                .iter()
                .any(|&x| right.iter().any(|&y| (x, y) != (a, b) && conflict(x, y)));
        if apart {
            continue;
        }
        for &thing in &right {
            if let Some(group) = group_of.get_mut(thing) {
                *group = kept;
            }
        }
        members.remove(&joined);
        if left.len() == 1 && !order.contains(&joined) {
            order.push(kept);
        } else if let Some(at) = order.iter().position(|&group| group == joined) {
            // The group that came first keeps its place.
            match order.contains(&kept) {
                true => drop(order.remove(at)),
                false => order
                    .iter_mut()
                    .filter(|group| **group == joined)
                    .for_each(|group| *group = kept),
            }
        }
        members.insert(kept, [left, right].concat());
    }
    order
        .into_iter()
        .filter_map(|group| members.remove(&group))
        .map(|mut group| {
            group.sort_unstable();
            group
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r6_2_pairs_that_hang_together_are_a_group() {
        let pairs = [(4, 5), (0, 1), (2, 3), (1, 2)];
        assert_eq!(group(7, &pairs, 50, |_, _| false), [vec![4, 5], vec![0, 1, 2, 3]]);
        assert_eq!(group(7, &[], 50, |_, _| false), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn r6_2_two_that_are_not_one_do_not_come_into_one_group() {
        let pairs = [(0, 1), (1, 2)];
        let apart = |a: usize, b: usize| (a.min(b), a.max(b)) == (0, 2);
        assert_eq!(group(3, &pairs, 50, apart), [vec![0, 1]]);
    }

    #[test]
    fn r6_2_a_group_stays_small_enough_to_look_at() {
        let pairs = [(0, 1), (1, 2), (2, 3)];
        assert_eq!(group(4, &pairs, 3, |_, _| false), [vec![0, 1, 2]]);
    }

    proptest! {
        #[test]
        fn r6_2_every_thing_is_in_one_group_at_most(pairs in prop::collection::vec((0_usize..12, 0_usize..12), 0..20), odd: bool) {
            let pairs: Vec<(usize, usize)> = pairs.into_iter().filter(|(a, b)| a != b).collect();
            let conflict = |a: usize, b: usize| odd && (a + b).is_multiple_of(5);
            let groups = group(12, &pairs, 6, conflict);
            let mut all: Vec<usize> = groups.iter().flatten().copied().collect();
            all.sort_unstable();
            let many = all.len();
            all.dedup();
            prop_assert_eq!(all.len(), many);
            prop_assert!(groups.iter().all(|group| (2..=6).contains(&group.len())));
            // Without a veto nothing that is paired stays alone.
            if !odd {
                let alone = |thing: usize| !groups.iter().any(|group| group.contains(&thing));
                prop_assert!(pairs.iter().all(|&(a, b)| !(alone(a) && alone(b))));
            }
        }
    }
}
