"""From a path to an article: find the files, decode them, read what they say of themselves."""
