//! Passwords as they are kept: Argon2id hashes, of which nothing is ever told (R8.4).

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Result};

/// How many of the last passwords are not used again.
const KEPT: usize = 5;

/// What a hash costs (R8.7): as much memory and as many passes as whoever guesses has to spend on each guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    /// 19 MiB, twice: what OWASP asks for at the least, and what a telephone has.
    fn default() -> Self {
        Self {
            memory: 19 * 1024,
            passes: 2,
        }
    }
}

impl Cost {
    /// Whether Argon2 can be asked for it, and a telephone too.
    pub fn can_be(self) -> bool {
        (8..=1024 * 1024).contains(&self.memory) && (1..=64).contains(&self.passes)
    }
}

/// The hash of one password.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    cost: Cost,
    salt: [u8; 16],
    digest: [u8; 32],
}

impl PasswordHash {
    /// Hashes a password with sixteen bytes that never come twice.
    ///
    /// # Errors
    /// `internal` for a cost that [cannot be](Cost::can_be), and where there is not as much memory.
    pub fn new(password: &str, cost: Cost, salt: [u8; 16]) -> Result<Self> {
        let failed = |error: argon2::Error| Error::internal(format_args!("hashing a password: {error}"));
        let mut digest = [0; 32];
        let params = Params::new(cost.memory, cost.passes, 1, Some(digest.len())).map_err(failed)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.as_bytes(), &salt, &mut digest)
            .map_err(failed)?;
        Ok(Self { cost, salt, digest })
    }

    /// One that no password has, for spending on who has none what is spent on others.
    pub fn of_nobody(cost: Cost) -> Self {
        Self {
            cost,
            salt: [0; 16],
            digest: [0; 32],
        }
    }

    /// Whether it is of this password.
    ///
    /// # Errors
    /// `internal`, as [`new`](Self::new).
    pub fn is_of(&self, password: &str) -> Result<bool> {
        let typed = Self::new(password, self.cost, self.salt)?;
        // All bytes, however many agree.
        let differing = self
            .digest
            .iter()
            .zip(typed.digest)
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        Ok(differing == 0)
    }

    fn write(&self) -> String {
        let Cost { memory, passes } = self.cost;
        format!(
            "argon2id,{memory},{passes},{},{}",
            hex(&self.salt),
            hex(&self.digest)
        )
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("argon2id,")?.split(',');
        let mut next = || parts.next();
        let cost = Cost {
            memory: next()?.parse().ok()?,
            passes: next()?.parse().ok()?,
        };
        let (salt, digest) = (unhex(next()?)?, unhex(next()?)?);
        next().is_none().then_some(Self { cost, salt, digest })
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// The hashes of a user's last passwords, the one that holds first.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Hashes(Vec<PasswordHash>);

impl Hashes {
    /// The one that holds.
    pub fn current(&self) -> Option<&PasswordHash> {
        self.0.first()
    }

    /// Whether a password is one of the last five.
    ///
    /// # Errors
    /// `internal`, as [`PasswordHash::new`].
    pub fn have(&self, password: &str) -> Result<bool> {
        for hash in &self.0 {
            if hash.is_of(password)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// With a new one that holds; those that may be used again go.
    #[must_use]
    pub fn with(&self, new: PasswordHash) -> Self {
        let before = self.0.iter().take(KEPT - 1).cloned();
        Self([new].into_iter().chain(before).collect())
    }

    /// As a store keeps them.
    pub fn write(&self) -> String {
        let hashes: Vec<String> = self.0.iter().map(PasswordHash::write).collect();
        hashes.join(";")
    }

    /// As a store kept them.
    pub fn read(text: &str) -> Option<Self> {
        let hashes = text.split(';').filter(|hash| !hash.is_empty());
        hashes.map(PasswordHash::read).collect::<Option<_>>().map(Self)
    }
}

impl fmt::Debug for Hashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hashes({})", self.0.len())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory: 8, passes: 1 };

    fn of(password: &str, salt: u8) -> PasswordHash {
        PasswordHash::new(password, CHEAP, [salt; 16]).unwrap()
    }

    #[test]
    fn r8_4_a_hash_is_of_its_password_alone_and_tells_nothing() {
        let hash = of("Qz!7mKx4", 1);
        assert_eq!(
            (hash.is_of("Qz!7mKx4"), hash.is_of("Qz!7mKx5")),
            (Ok(true), Ok(false))
        );
        assert_ne!(hash, of("Qz!7mKx4", 2), "salted");
        assert_eq!(PasswordHash::of_nobody(CHEAP).is_of(""), Ok(false));
        let hashes = Hashes::default().with(hash);
        assert_eq!(
            format!("{hashes:?} {:?}", hashes.current().unwrap()),
            "Hashes(1) PasswordHash(…)"
        );
        assert_eq!(Hashes::read(&hashes.write()), Some(hashes));
        assert_eq!(Hashes::read(""), Some(Hashes::default()));
        assert_eq!(Hashes::read("argon2id,8,1,00,00"), None);
    }

    #[test]
    fn r8_4_it_is_argon2id() {
        // As OpenSSL has it for the same salt, memory and passes.
        let cost = Cost {
            memory: 64,
            passes: 2,
        };
        let hash = PasswordHash::new("Qz!7mKx4", cost, *b"saltsaltsaltsalt").unwrap();
        assert_eq!(
            hex(&hash.digest),
            "57db63798f50603e3b5fe8a77bbb43512d3b7eef81b3615a9bf24f5eaa2ea3cf"
        );
    }

    #[test]
    fn r8_4_the_last_five_are_kept() {
        let mut hashes = Hashes::default();
        for n in 0..6 {
            hashes = hashes.with(of(&format!("Qz!7mKx{n}"), n));
        }
        let have: Vec<bool> = (0..7)
            .map(|n| hashes.have(&format!("Qz!7mKx{n}")).unwrap())
            .collect();
        assert_eq!(have, [false, true, true, true, true, true, false]);
        assert_eq!(
            hashes.current().map(|hash| hash.is_of("Qz!7mKx5")),
            Some(Ok(true))
        );
    }
}
