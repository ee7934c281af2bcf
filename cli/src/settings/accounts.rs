//! What `midtier.toml` may say of accounts and their tokens: `[accounts]`.

use leat_midtier::TokenLimits;
use serde::Deserialize;

use crate::units::Span;

/// What tokens of accounts may be. What is left out is as the midtier has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AccountSettings {
    /// How long one lives where its maker does not say.
    pub(crate) token_life: Option<Span>,
    /// How long one may live.
    pub(crate) token_life_max: Option<Span>,
    /// How many valid ones an account may have.
    pub(crate) tokens_max: Option<u64>,
}

impl AccountSettings {
    /// In the midtier's words.
    pub(crate) fn limits(self) -> Result<TokenLimits, String> {
        let usual = TokenLimits::default();
        let life_max = self.token_life_max.map_or(usual.life_max, |Span(life)| life);
        let life = self.token_life.map_or(usual.life.min(life_max), |Span(life)| life);
        let per_account_max = self.tokens_max.unwrap_or(usual.per_account_max);
        if life.as_secs() == 0 || life_max.as_secs() == 0 {
            return Err("accounts.token_life, accounts.token_life_max: a token lives for a second at least".to_owned());
        }
        if life > life_max {
            return Err(
                "accounts.token_life: no token lives longer than accounts.token_life_max (default 366d)".to_owned()
            );
        }
        if per_account_max == 0 {
            return Err("accounts.tokens_max: 0 would let nobody have a token; it is 1 at least".to_owned());
        }
        Ok(TokenLimits { life, life_max, per_account_max })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(text: &str) -> Result<TokenLimits, String> {
        toml::from_str::<AccountSettings>(text).map_err(|error| error.to_string())?.limits()
    }

    #[test]
    fn the_commented_file_says_what_holds_where_nothing_is_said() {
        let text = include_str!("../../../deploy/midtier.toml");
        let (_, commented) = text.split_once("[accounts]\n").unwrap();
        let said: Vec<&str> = commented.lines().map_while(|line| line.strip_prefix("# ")).collect();
        assert_eq!(said.len(), 3);
        assert_eq!(read(&said.join("\n")), Ok(TokenLimits::default()));
        assert_eq!(read(""), Ok(TokenLimits::default()));
    }

    #[test]
    fn tokens_live_as_long_as_the_file_says_and_their_usual_life_is_within_the_longest() {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        let limits = read("token_life_max = \"7d\"").unwrap();
        assert_eq!((limits.life, limits.life_max), (days(7), days(7)));
        let limits = read("token_life = \"1d\"\ntoken_life_max = \"7d\"\ntokens_max = 3").unwrap();
        assert_eq!((limits.life, limits.life_max, limits.per_account_max), (days(1), days(7), 3));
        assert!(read("token_life = \"400d\"").unwrap_err().contains("token_life_max"));
        for wrong in ["token_life = \"0\"", "token_life_max = \"0\"", "tokens_max = 0"] {
            assert!(read(wrong).unwrap_err().starts_with("accounts.token"), "{wrong}");
        }
        assert!(read("life = \"1d\"").unwrap_err().contains("unknown field"));
    }
}
