//! Closed sets of Dutch words, each read into an enum.

/// Declares an enum whose variants are written as Dutch words; the first word of a variant is the one to write.
macro_rules! words {
    (
        $(#[$outer:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $word:literal $(| $also:literal)*,)+
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every value there is.
            $visibility const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for it in a file.
            $visibility const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl $crate::list::cell::Cell for $name {
            fn parse(text: &str) -> Result<Self, $crate::list::cell::Wrong> {
                $($(
                    if text.eq_ignore_ascii_case($also) {
                        return Ok(Self::$variant);
                    }
                )*)+
                let meant = Self::ALL.iter().find(|value| value.word().eq_ignore_ascii_case(text));
                meant.copied().ok_or_else(|| $crate::list::cell::Wrong::none_of(Self::ALL.iter().map(|value| value.word())))
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What a Branchemedewerker or Branchespecialist works on.
    pub enum CycleBranch {
        /// Bicycles.
        Bicycle = "fiets",
        /// Scooters.
        Scooter = "scooter",
    }
}

words! {
    /// Where a term or an amount comes from.
    pub enum Origin {
        /// A public source.
        Public = "openbaar",
        /// Made up for the example year.
        Fixture = "fixture",
    }
}
