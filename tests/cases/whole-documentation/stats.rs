/// Gives the mean of the values. It divides
/// by their number.
///
/// # Examples
///
/// ```
/// let one = mean(3.);
/// let two = 2.
///     + 1.;
/// ```
///
/// # Panics
///
/// It panics where there are none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
