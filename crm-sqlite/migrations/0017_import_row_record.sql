-- What a row of a list of the past entered (R9.5): its sort, a stroke, and its identifier.
ALTER TABLE import_row ADD COLUMN record TEXT;
