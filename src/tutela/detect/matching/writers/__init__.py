"""Writers of lists, one format a module; each is read back by the reader of the same name."""
