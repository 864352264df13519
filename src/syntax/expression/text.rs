//! Texts that recur: names of functions, properties and parameters, of which a tree has many and a language few.

use std::cell::RefCell;

use super::Text;

/// Longer texts hardly recur.
const LONGEST: usize = 48;
/// A power of two.
const SLOTS: usize = 2048;

thread_local! {
    /// Texts that were made lately, each in the place that its bytes say; a newer one takes the place of another.
    static RECENT: RefCell<Vec<Option<Text>>> = RefCell::new(vec![None; SLOTS]);
}

/// The text, shared with others like it where one was made lately: that takes no memory, and less time than to make one.
pub fn shared(text: &str) -> Text {
    if text.len() > LONGEST {
        return text.into();
    }
    RECENT.with_borrow_mut(|recent| match recent.get_mut(slot(text.as_bytes())) {
        Some(Some(known)) if **known == *text => known.clone(),
        Some(slot) => slot.insert(text.into()).clone(),
        None => text.into(),
    })
}

/// A place by the first and the last bytes.
fn slot(text: &[u8]) -> usize {
    let ends = match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23)
        }
        _ => text
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    // The upper bits of a product hang on all bits of its factors.
    let mixed = (ends ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (u64::BITS - SLOTS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn what_recurs_is_made_once() {
        let first = shared("virtualNetworkRules");
        assert!(Arc::ptr_eq(&first, &shared("virtualNetworkRules")));
        assert_eq!(&*first, "virtualNetworkRules");
    }

    #[test]
    fn whatever_stands_in_a_place_the_text_is_the_one_asked_for() {
        for length in 0..=2 * LONGEST {
            for letter in 'a'..='z' {
                let text: String = std::iter::repeat_n(letter, length).collect();
                assert_eq!(*shared(&text), text);
            }
        }
    }
}
