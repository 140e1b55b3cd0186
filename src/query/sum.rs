//! Sums of floats without rounding on the way.
//!
//! A sum is held as floats that do not overlap and whose exact sum it is (Shewchuk's expansions, as Python's
//! `fsum` has them). So it does not depend on the order of the numbers: the result is the float nearest to the
//! exact sum, bit for bit.

/// A sum of finite and infinite floats.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sum {
    small: Expansion,
    /// Numbers of [`LARGE`] and more, scaled down so that no partial sum overflows.
    large: Expansion,
    /// Infinite numbers, and of which sign.
    infinite: Option<f64>,
}

/// From here on a thousand numbers could pass the largest float.
const LARGE: f64 = f64::from_bits((960 + 1023) << 52);
const SCALE: f64 = f64::from_bits((1023 - 128) << 52);

impl Sum {
    /// Adds a number that is not NaN.
    pub fn add(&mut self, number: f64) {
        if number.is_infinite() {
            // Infinities of both signs have no sum.
            self.infinite = Some(self.infinite.map_or(number, |known| known + number));
        } else if number.abs() < LARGE {
            self.small.add(number);
        } else {
            self.large.add(number * SCALE);
        }
    }

    /// The mean of `count` numbers that were added; NaN where infinities of both signs are among them.
    pub fn mean(&self, count: u64) -> f64 {
        let count = count as f64;
        match self.infinite {
            Some(infinite) => infinite,
            None if self.large.0.is_empty() => self.small.value() / count,
            None => self.large.value() / count / SCALE + self.small.value() / count,
        }
    }
}

/// Floats that do not overlap, from the smallest to the largest. Empty for zero.
#[derive(Debug, Clone, Default, PartialEq)]
struct Expansion(Vec<f64>);

impl Expansion {
    fn add(&mut self, mut number: f64) {
        let mut kept = 0;
        for at in 0..self.0.len() {
            let (mut large, mut small) = (number, self.0[at]);
            if large.abs() < small.abs() {
                (large, small) = (small, large);
            }
            let sum = large + small;
            let rest = small - (sum - large);
            if rest != 0. {
                self.0[kept] = rest;
                kept += 1;
            }
            number = sum;
        }
        self.0.truncate(kept);
        if number != 0. {
            self.0.push(number);
        }
    }

    /// The nearest float.
    fn value(&self) -> f64 {
        let mut parts = self.0.iter().rev().copied();
        let Some(mut sum) = parts.next() else { return 0. };
        let mut rest = 0.;
        for part in parts.by_ref() {
            let before = sum;
            sum = before + part;
            rest = part - (sum - before);
            if rest != 0. {
                break;
            }
        }
        // Halfway cases are decided by what is left.
        if let Some(next) = parts.next()
            && ((rest < 0. && next < 0.) || (rest > 0. && next > 0.))
        {
            let (twice, nearer) = (rest * 2., sum + rest * 2.);
            if nearer - sum == twice {
                sum = nearer;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: &[f64]) -> Sum {
        let mut sum = Sum::default();
        numbers.iter().for_each(|number| sum.add(*number));
        sum
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(sum(&[0.1; 10]).mean(10), 0.1);
        assert_eq!(sum(&[1e16, 1., -1e16]).mean(1), 1.);
        assert_eq!(sum(&[1e308; 1_000]).mean(1_000), 1e308);
        assert_eq!(sum(&[f64::MAX, 1., -f64::MAX]).mean(1), 1.);
        assert_eq!(sum(&[]).mean(1), 0.);
        // Halfway between two floats, and a little more or less.
        let ulp = f64::EPSILON;
        assert_eq!(sum(&[1., ulp / 2.]).mean(1), 1.);
        assert_eq!(sum(&[1., ulp / 2., 1e-300]).mean(1), 1. + ulp);
        assert_eq!(sum(&[1., ulp * 1.5, -1e-300]).mean(1), 1. + ulp);
    }

    #[test]
    fn infinities() {
        assert_eq!(sum(&[1., f64::INFINITY]).mean(2), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY, 1.]).mean(3).is_nan());
    }

    #[test]
    fn the_order_does_not_matter() {
        let mut state = 7_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for _ in 0..200 {
            let numbers: Vec<f64> = (0..50)
                .map(|_| f64::from_bits(random()))
                .filter(|number| number.is_finite())
                .chain([0.1, 1e16, -1e16])
                .collect();
            let wanted = sum(&numbers).mean(3).to_bits();
            let mut turned = numbers.clone();
            turned.rotate_left((random() % 40) as usize);
            assert_eq!(sum(&turned).mean(3).to_bits(), wanted);
            turned.reverse();
            assert_eq!(sum(&turned).mean(3).to_bits(), wanted);
        }
    }
}
