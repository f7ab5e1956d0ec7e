-- Tokens that customers are found by (R2.7), made by the core; see docs/adr/0024-tokens-in-full-text.md. No text stands here a
-- second time, and not where in a text a token stands.
CREATE VIRTUAL TABLE customer_token USING fts5 (tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');

-- Customers whose tokens are not there yet: of the latest transactions that had few.
CREATE TABLE token_due (
    customer INTEGER PRIMARY KEY
) STRICT;

-- By which rules the tokens were made; 0 before there are any.
ALTER TABLE meta ADD COLUMN tokens_version INTEGER NOT NULL DEFAULT 0;
