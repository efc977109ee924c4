#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_of_two() {
        assert_eq!(mean(&[1.0, 2.0]), 1.5);
    }

    #[test]
    #[should_panic]
    fn mean_of_none() {
        mean(&[]);
    }

    #[test]
    fn mean_of_one() {
        for value in [1.0, 2.0] {
            assert_eq!(mean(&[value]), value);
        }
    }
}
