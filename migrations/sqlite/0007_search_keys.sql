-- A search ignores accents from now on. The program fills in the texts: the tables of Unicode are its own.
UPDATE persons SET search_text = '';
